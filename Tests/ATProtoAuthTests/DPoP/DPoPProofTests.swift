import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import Testing

@Suite struct DPoPProofTests {
  static let now = 1_700_000_000
  static let nonces = DPoPNonces(secret: [1, 2, 3], notBefore: now - 1000)
  static let key = DPoPKey()
  static let url = "https://pds.example.com/oauth/token"

  /// RFC 9449, 4.1 and 7.1. Both signatures have a high s.
  static let header =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjN"
    + "oUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5V"
    + "ERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19"
  static let tokenRequest =
    header
    + ".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wb"
    + "GUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ"
    + ".2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
  static let resourceRequest =
    header
    + ".eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtc"
    + "GxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05"
    + "yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9"
    + ".2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"

  @Test("the proofs of RFC 9449 are good but for the nonce")
  func examplesOfTheRFC() throws {
    let proof = try DPoPProof(Self.tokenRequest)
    #expect(proof.identifier == "-BwC3ESc6acc2lTc")
    #expect(proof.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
    #expect(throws: OAuthError(.useDPoPNonce, "")) {
      try proof.verify(
        method: "POST",
        url: "https://server.example.com/token",
        accessToken: nil,
        nonces: Self.nonces,
        at: 1_562_262_616
      )
    }
    #expect(throws: OAuthError(.useDPoPNonce, "")) {
      try DPoPProof(Self.resourceRequest).verify(
        method: "GET",
        url: "https://resource.example.org/protectedresource",
        accessToken: "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU",
        nonces: Self.nonces,
        at: 1_562_262_618
      )
    }
  }

  @Test("a proof that a key makes is accepted", arguments: [nil, "token"], Curve.allCases)
  func roundTrip(accessToken: String?, curve: Curve) throws {
    let key = DPoPKey(PrivateKey(generating: curve))
    let proof = try DPoPProof(
      key.proof(
        method: "POST",
        url: Self.url + "?a=b#c",
        nonce: Self.nonces.current(at: Self.now),
        accessToken: accessToken,
        at: Self.now
      )
    )
    #expect(proof.thumbprint == key.thumbprint)
    try proof.verify(
      method: "POST",
      url: Self.url,
      accessToken: accessToken,
      nonces: Self.nonces,
      at: Self.now + 10
    )
    #expect(try DPoPKey(multikey: key.multikey).thumbprint == key.thumbprint)
  }

  /// Makes a proof whose claims and header are changed.
  static func proof(
    _ changes: DataObject = [:],
    header: DataObject = [:],
    nonce: String? = nonces.current(at: now)
  ) throws -> String {
    let text = key.proof(method: "POST", url: url, nonce: nonce, at: now)
    let parts = try text.split(separator: ".").prefix(2).map { part in
      try DataValue(json: #require(Base64.url.decode(part))).object ?? [:]
    }
    let changed = zip(parts, [header, changes]).map { part, changes in
      var part = part
      for (name, value) in changes { part[name] = value == .null ? nil : value }
      return Base64.url.encode(DataValue.object(part).jsonBytes())
    }
    let signed = changed.joined(separator: ".")
    return signed + "." + Base64.url.encode(key.privateKey.sign([UInt8](signed.utf8)))
  }

  static func verify(_ text: String, accessToken: String? = nil) throws(OAuthError) {
    try DPoPProof(text).verify(
      method: "POST",
      url: url,
      accessToken: accessToken,
      nonces: nonces,
      at: now
    )
  }

  @Test(
    "a proof with a fault is invalid, with or without a nonce",
    arguments: [
      ["jti": nil], ["jti": ""], ["jti": 7],
      ["jti": .string(String(repeating: "a", count: DPoPProof.maximumIdentifierLength + 1))],
      ["htm": nil], ["htm": "post"], ["htm": "GET"], ["htu": nil], ["htu": "/oauth/token"],
      ["htu": "https://pds.example.com/oauth/par"], ["htu": "http://pds.example.com/oauth/token"],
      ["htu": "https://pds.example.com:8443/oauth/token"],
      ["htu": "https://user@pds.example.com/oauth/token"], ["htu": 1],
      ["iat": nil], ["iat": "now"], ["iat": .integer(now - 191)], ["iat": .integer(now + 191)],
      ["iat": .integer(.max)], ["iat": .integer(.min)], ["nonce": 1],
      ["ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"], ["ath": 1],
    ] as [DataObject]
  )
  func invalid(changes: DataObject) throws {
    for nonce in [nil, Self.nonces.current(at: Self.now)] {
      let text = try Self.proof(changes, nonce: nonce)
      #expect(throws: OAuthError(.invalidDPoPProof, "")) { try Self.verify(text) }
    }
  }

  @Test(
    "a proof with a header of another kind is invalid",
    arguments: [
      ["typ": "JWT"], ["typ": nil], ["alg": "none"], ["alg": "HS256"], ["alg": "ES256K"],
      ["alg": "RS256"], ["crit": ["exp"]], ["jwk": nil], ["jwk": "key"], ["jwk": [:]],
      ["jwk": ["kty": "RSA", "n": "AQAB", "e": "AQAB"]],
      ["jwk": ["kty": "oct", "k": "AQAB"]],
    ] as [DataObject]
  )
  func invalidHeader(changes: DataObject) throws {
    let text = try Self.proof(header: changes)
    #expect(throws: OAuthError(.invalidDPoPProof, "")) { try Self.verify(text) }
  }

  @Test("a proof of another key, or with its private key, is invalid")
  func keys() throws {
    let other = try #require(DataValue(json: JWK(DPoPKey().privateKey.publicKey).json).object)
    let text = try Self.proof(header: ["jwk": .object(other)])
    #expect(throws: OAuthError(.invalidDPoPProof, "")) { try Self.verify(text) }
    var own = try #require(DataValue(json: JWK(Self.key.privateKey.publicKey).json).object)
    own["d"] = .string(Base64.url.encode(Self.key.privateKey.rawRepresentation))
    let leaked = try Self.proof(header: ["jwk": .object(own)])
    #expect(throws: OAuthError(.invalidDPoPProof, "")) { try DPoPProof(leaked) }
  }

  @Test("a good proof with a nonce that is missing or not accepted asks for another")
  func nonceFaults() throws {
    let stale = Self.nonces.current(at: Self.now - DPoPNonces.lifetime - 1)
    let foreign = DPoPNonces(secret: [9], notBefore: 0).current(at: Self.now)
    for nonce in [nil, "", "x", stale, foreign] {
      let text = try Self.proof(nonce: nonce)
      #expect(throws: OAuthError(.useDPoPNonce, "")) { try Self.verify(text) }
      // The fault of the signature comes first.
      let forged = String(text.dropLast(4)) + (text.hasSuffix("AAAA") ? "BBBB" : "AAAA")
      #expect(throws: OAuthError(.invalidDPoPProof, "")) { try Self.verify(forged) }
    }
  }

  @Test("a clock that is three minutes wrong does not matter", arguments: [-180, -60, 60, 180])
  func clocks(offset: Int) throws {
    try Self.verify(Self.proof(["iat": .integer(Self.now + offset)]))
  }

  @Test("ath is required with an access token and must be its hash")
  func accessTokens() throws {
    let text = try Self.proof()
    #expect(throws: OAuthError(.invalidDPoPProof, "")) { try Self.verify(text, accessToken: "t") }
    let bound = Self.key.proof(
      method: "POST",
      url: Self.url,
      nonce: Self.nonces.current(at: Self.now),
      accessToken: "t",
      at: Self.now
    )
    try Self.verify(bound, accessToken: "t")
    #expect(throws: OAuthError(.invalidDPoPProof, "")) { try Self.verify(bound, accessToken: "u") }
    #expect(throws: OAuthError(.invalidDPoPProof, "")) { try Self.verify(bound) }
  }

  /// RFC 9449, 4.3 and RFC 3986, 6.2.2 and 6.2.3.
  @Test(
    "URLs are compared after normalization, without query and fragment",
    arguments: [
      ("https://PDS.example.com/oauth/token", true),
      ("HTTPS://pds.example.com:443/oauth/token", true),
      ("https://pds.example.com/oauth/token?x=y", true),
      ("https://pds.example.com/oauth/token#x", true),
      ("https://pds.example.com/oauth/%74oken", true),
      ("https://pds.example.com/a/../oauth/./token", true),
      ("https://pds.example.com/oauth/token/", false),
      ("https://pds.example.com/OAuth/token", false),
      ("https://pds.example.com/oauth%2Ftoken", false),
      ("https://pds.example.com/../oauth/token", true),
      ("https://pds.example.com", false), ("https://pds.example.com/%", false), ("", false),
      ("https://pds.example.com.evil.com/oauth/token", false),
    ]
  )
  func urls(url: String, isSame: Bool) throws {
    let text = try Self.proof(["htu": .string(url)])
    if isSame {
      try Self.verify(text)
    } else {
      #expect(throws: OAuthError(.invalidDPoPProof, "")) { try Self.verify(text) }
    }
  }

  @Test(
    "a text that is not a proof is invalid",
    arguments: ["", "a", "a.b.c", "..", String(repeating: "a", count: 9000), "e30.e30."]
  )
  func malformed(text: String) {
    #expect(throws: OAuthError(.invalidDPoPProof, "")) { try DPoPProof(text) }
  }
}
