import ATProtoAuth
import ATProtoCrypto
import Testing

@Suite struct OAuthFuzzTests {
  private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  private static let alphabet = [UInt8]("azAZ019:.?&=%#*/-_+@[]{}\",\\ \u{0}é".utf8)

  /// Calls `body` with changed copies of a text, some of them not UTF-8.
  private func mutate(_ text: String, _ body: ([UInt8]) -> Void) {
    var random = SeededRandom(state: UInt64(text.utf8.count))
    for _ in 0..<1000 {
      var bytes = [UInt8](text.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<max(1, bytes.count), using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where index < bytes.count: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1 where index < bytes.count: bytes.remove(at: index)
        case 2: bytes.removeSubrange(min(index, bytes.count)...)
        default:
          let byte = Self.alphabet.randomElement(using: &random)!
          bytes.insert(byte, at: min(index, bytes.count))
        }
      }
      body(bytes)
    }
  }

  @Test(
    "a scope value changed at random means nothing, or has a canonical text that means the same",
    arguments: [
      "repo?collection=a.b.c&collection=a.b.d&action=create",
      "rpc:com.example.m?aud=did:web:a.com%23svc", "blob?accept=image/*&accept=*/*",
      "account:email?action=manage", "include:a.b.set?aud=did:web:a.com%23svc",
    ]
  )
  func scopes(text: String) {
    mutate(text) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      if let permission = Permission(text) {
        #expect(Permission(permission.description) == permission)
        #expect((try? OAuthScope(permission.description)) != nil)
      }
      if let reference = PermissionSetReference(text) {
        #expect(PermissionSetReference(reference.description) == reference)
      }
      _ = try? OAuthScope(text)
    }
  }

  @Test("documents, URLs, and requests changed at random are read or refused with a typed error")
  func documents() throws {
    let metadata = try OAuthClientMetadataTests.read(try OAuthClientMetadataTests.confidential)
    mutate(String(decoding: metadata.json, as: UTF8.self)) { bytes in
      do throws(OAuthError) {
        let read = try OAuthClientMetadata(json: bytes, id: metadata.id)
        #expect(read.id == metadata.id)
      } catch {
        #expect(error.code == .invalidClientMetadata)
      }
    }
    for url in [
      OAuthClientMetadataTests.url,
      "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&scope=atproto",
    ] {
      mutate(url) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let id = try? OAuthClientID(text, allowsLoopback: true) { #expect(id.string == text) }
        _ = metadata.accepts(redirectURI: text)
      }
    }
    let form = FormParameters(AuthorizationParametersTests.required).form
    mutate(String(decoding: form, as: UTF8.self)) { bytes in
      if let form = try? FormParameters(form: bytes) {
        _ = try? AuthorizationParameters(form: form, client: metadata)
      }
    }
  }

  @Test("a proof or assertion changed at random is refused")
  func tokens() throws {
    let key = PrivateKey(generating: .p256)
    let nonces = DPoPNonces(secret: [1], notBefore: 0)
    let url = "https://a.example.com/"
    let proof = DPoPKey(key).proof(method: "GET", url: url, nonce: nonces.current(at: 10), at: 10)
    mutate(proof) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard text != proof, let read = try? DPoPProof(text) else { return }
      #expect(throws: OAuthError(.invalidDPoPProof, "")) {
        try read.verify(method: "GET", url: url, accessToken: nil, nonces: nonces, at: 10)
      }
    }
    let assertion = ClientAssertion.sign(client: "c", issuer: "i", key: key, keyID: "k", at: 10)
    let keys = JWKSet([JWK(key.publicKey, keyID: "k")])
    mutate(assertion) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard text != assertion, let read = try? ClientAssertion(text) else { return }
      #expect(throws: OAuthError(.invalidClient, "")) {
        try read.verify(keys: keys, client: "c", issuer: "i", at: 10)
      }
    }
  }
}
