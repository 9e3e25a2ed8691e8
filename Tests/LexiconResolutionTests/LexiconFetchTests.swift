import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import LexiconResolution
import Synchronization
import Testing

/// DID documents, and the responses of PDSes and mirrors.
@Suite struct LexiconFetchTests {
  static let did = TestRepository.did.string

  static func fails(
    _ code: LexiconError.Code,
    _ network: TestNetwork,
    _ text: String = "com.example.note",
    _ settings: LexiconNetworkSettings = LexiconNetworkSettings(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let error = await #expect(throws: LexiconError.self, sourceLocation: sourceLocation) {
      try await network.resolve(text, settings)
    }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    #expect(error?.nsid != nil, sourceLocation: sourceLocation)
  }

  @Test("a document is resolved with everything that is known about it")
  func documentIsResolved() async throws {
    let network = TestNetwork()
    let repository = network.state.withLock { $0.repository }
    let found = try await network.resolve("COM.example.note")
    #expect(found.nsid == "com.example.note")
    #expect(found.did.string == Self.did)
    #expect(found.uri == "at://\(Self.did)/com.atproto.lexicon.schema/com.example.note")
    #expect(found.cid == repository.cid(of: "com.example.note"))
    #expect(found.rev == TestRepository.rev(1))
    #expect(found.pds.description == TestNetwork.pds)
    #expect(found.record == TestRepository.document("com.example.note"))
    #expect(found.bytes == found.record.cborBytes())
    #expect(found.authorityTimeToLive == .seconds(3600))
  }

  @Test("one query and two requests are sent, and the handle is not confirmed")
  func handleIsNotNeeded() async throws {
    let network = TestNetwork()
    _ = try await network.resolve()
    #expect(network.queries == [TestNetwork.domain])
    #expect(
      network.requests == [
        "https://plc.directory/\(Self.did)",
        "\(TestNetwork.pds)/xrpc/com.atproto.sync.getRecord?did=\(Self.did)"
          + "&collection=com.atproto.lexicon.schema&rkey=com.example.note",
      ]
    )
  }

  @Test("the name of the NSID keeps its case, and the authority is in lowercase in the request")
  func caseOfTheNameIsKept() async throws {
    let network = TestNetwork(TestRepository(["com.example.fooBar"]))
    #expect(try await network.resolve("Com.Example.fooBar").nsid == "com.example.fooBar")
    await Self.fails(.recordNotFound, network, "com.example.foobar")
  }

  // MARK: DID documents

  @Test(
    "a DID that does not exist, or whose document describes another one, is not found",
    arguments: [
      (404, #"{"message":"DID not registered"}"#), (410, #"{"message":"tombstone"}"#),
      (200, #"{"id":"did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"}"#), (200, "not JSON"), (200, "[]"),
      (302, ""),
    ]
  )
  func missingDIDsAreNotFound(_ status: Int, _ body: String) async {
    let network = TestNetwork()
    network.answer { url in
      url.contains("plc.directory")
        ? HTTPTransportResponse(HTTPResponse.Status(code: status), body) : nil
    }
    await Self.fails(.didNotFound, network)
    #expect(network.recordRequests.isEmpty)
  }

  @Test("a PLC directory that fails is a temporary failure", arguments: [500, 503, 429])
  func failingDirectoryIsTemporary(_ status: Int) async {
    let network = TestNetwork()
    network.answer { url in
      url.contains("plc.directory")
        ? HTTPTransportResponse(HTTPResponse.Status(code: status), "") : nil
    }
    await Self.fails(.fetchFailed, network)
  }

  @Test("a document without a PDS or signing key is refused")
  func incompleteDocumentsAreRefused() async {
    let network = TestNetwork()
    let document = network.state.withLock { $0.repository }.didDocument()
    for (text, replacement, code) in [
      ("#atproto_pds", "#other", LexiconError.Code.noPds),
      ("AtprotoPersonalDataServer", "Other", .noPds),
      ("https://pds.example.com", "ftp://pds.example.com", .noPds),
      ("https://pds.example.com", "https://pds.example.com/path", .noPds),
      ("#atproto\"", "#other\"", .noSigningKey),
      ("Multikey", "Other", .noSigningKey),
      ("\"publicKeyMultibase\":\"z", "\"publicKeyMultibase\":\"x", .noSigningKey),
    ] {
      network.answer { url in
        url.contains("plc.directory")
          ? HTTPTransportResponse(.ok, document.replacing(text, with: replacement)) : nil
      }
      await Self.fails(code, network)
    }
    #expect(network.recordRequests.isEmpty)
  }

  @Test(
    "DID methods other than plc and web are not supported",
    arguments: [
      "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme", "did:plc:short",
      "did:web:localhost%3A2583", "did:web:example.com:path", "did:web:10.0.0.1",
    ]
  )
  func otherMethodsAreNotSupported(_ did: String) async {
    let network = TestNetwork()
    await Self.fails(
      .didUnsupported,
      network,
      "at://\(did)/com.atproto.lexicon.schema/com.example.note"
    )
    #expect(network.requests.isEmpty)
  }

  @Test("a document of did:web is used")
  func webDocumentIsUsed() async throws {
    var repository = TestRepository(["com.example.note"])
    repository.did = "did:web:lexicons.example.com"
    let network = TestNetwork(repository)
    let document = repository.didDocument()
    network.answer { url in
      url == "https://lexicons.example.com/.well-known/did.json"
        ? HTTPTransportResponse(.ok, document) : nil
    }
    #expect(try await network.resolve().did == repository.did)
  }

  // MARK: Responses

  @Test(
    "the status decides which failure it is",
    arguments: [
      (400, #"{"error":"RecordNotFound","message":"no such record"}"#, .recordNotFound),
      (400, #"{"error":"RepoNotFound"}"#, .repoUnavailable),
      (400, #"{"error":"RepoTakendown"}"#, .repoUnavailable),
      (400, #"{"error":"InvalidRequest"}"#, .repoUnavailable),
      (400, "garbage", .repoUnavailable),
      (401, "", .repoUnavailable), (403, "", .repoUnavailable), (404, "", .repoUnavailable),
      (404, #"{"error":"RecordNotFound"}"#, .repoUnavailable),
      (302, "", .repoUnavailable), (307, "", .repoUnavailable),
      (429, "", .fetchFailed), (500, "", .fetchFailed), (502, "", .fetchFailed),
      (503, #"{"error":"RecordNotFound"}"#, .fetchFailed),
      (200, "", .invalidProof), (200, "<html>", .invalidProof),
    ] as [(Int, String, LexiconError.Code)]
  )
  func statusDecides(_ status: Int, _ body: String, _ code: LexiconError.Code) async {
    let network = TestNetwork()
    network.answer { url in
      url.contains("getRecord")
        ? HTTPTransportResponse(HTTPResponse.Status(code: status), body) : nil
    }
    await Self.fails(code, network)
    // Without retries, and without redirects.
    #expect(network.recordRequests.count == 1 && network.requests.count == 2)
  }

  @Test(
    "the failure of the transport decides which failure it is",
    arguments: [
      (.cannotConnect, .fetchFailed), (.connectionLost, .fetchFailed), (.timedOut, .fetchFailed),
      (.refusedAddress, .addressRefused), (.responseTooLarge, .tooLarge),
    ] as [(TransportError.Code, LexiconError.Code)]
  )
  func transportDecides(_ code: TransportError.Code, _ expected: LexiconError.Code) async {
    for part in ["getRecord", "plc.directory"] {
      let network = TestNetwork()
      network.answer { url throws(TransportError) in
        if url.contains(part) { throw TransportError(code: code, reason: "10.0.0.1") }
        return nil
      }
      await Self.fails(expected, network)
      let error = await #expect(throws: LexiconError.self) { try await network.resolve() }
      #expect(error?.reason.contains("10.0.0.1") == false)
      #expect(error?.isTemporary == (expected == .fetchFailed))
    }
  }

  @Test("a response of more than 2 MiB is too large, and the transport gets the limits")
  func largeResponsesAreRefused() async {
    let network = TestNetwork()
    for (size, code) in [(2 << 20, LexiconError.Code.invalidProof), (2 << 20 + 1, .tooLarge)] {
      network.answer { url in
        url.contains("getRecord")
          ? HTTPTransportResponse(
            head: HTTPResponse(status: .ok),
            body: [UInt8](repeating: 0, count: size)
          ) : nil
      }
      await Self.fails(code, network)
    }
  }

  @Test("words of servers lose their control characters")
  func wordsArePrintable() async {
    let network = TestNetwork()
    network.answer { url in
      url.contains("getRecord")
        ? HTTPTransportResponse(
          .badRequest,
          #"{"error":"A\u001b[31m","message":"\n\r\u202E\u0007 b"}"#
        ) : nil
    }
    let error = await #expect(throws: LexiconError.self) { try await network.resolve() }
    let text = error?.description ?? ""
    #expect(text.contains("A\u{FFFD}[31m"))
    #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
    #expect(!text.unicodeScalars.contains("\u{202E}"))
  }

  // MARK: Addresses

  @Test(
    "a PDS at an address that is not allowed is never called",
    arguments: [
      "https://10.0.0.1", "https://127.0.0.1", "http://127.0.0.1:2583", "https://192.168.1.1",
      "https://169.254.169.254", "https://100.64.0.1", "https://0.0.0.0", "https://[::1]",
      "https://[::ffff:127.0.0.1]", "https://[fd00::1]", "https://[fe80::1]", "https://[::]",
      "http://pds.example.com", "http://8.8.8.8",
    ]
  )
  func refusedAddressesAreNotCalled(_ pds: String) async {
    for allowsLoopback in [false, true] {
      let isAllowed =
        allowsLoopback
        && (["https://127.0.0.1", "http://127.0.0.1:2583", "https://[::1]"].contains(pds)
          // The transport decides when it knows the address.
          || pds == "http://pds.example.com")
      let network = TestNetwork()
      let document = network.state.withLock { $0.repository }.didDocument(pds: pds)
      network.answer { url in
        url.contains("plc.directory") ? HTTPTransportResponse(.ok, document) : nil
      }
      let settings = LexiconNetworkSettings(allowsLoopback: allowsLoopback)
      if isAllowed {
        let found = try? await network.resolve("com.example.note", settings)
        #expect(found != nil, "\(pds)")
      } else {
        await Self.fails(.addressRefused, network, "com.example.note", settings)
        #expect(network.recordRequests.isEmpty, "\(pds)")
      }
    }
  }

  // MARK: CIDs and mirrors

  @Test("a document with another CID than the reference is refused")
  func otherCIDIsRefused() async throws {
    let network = TestNetwork()
    let cid = try await network.resolve().cid
    #expect(try await network.resolve("com.example.note@\(cid)").cid == cid)
    network.change { $0.repository.publish("com.example.note", version: 2) }
    await Self.fails(.cidMismatch, network, "com.example.note@\(cid)")
  }

  @Test("a mirror is asked first, and its proof is verified")
  func mirrorIsAskedFirst() async throws {
    let settings = LexiconNetworkSettings(mirror: HTTPURL("https://mirror.example.org"))
    let network = TestNetwork()
    _ = try await network.resolve("com.example.note", settings)
    #expect(network.recordRequests.count == 1)
    #expect(network.recordRequests[0].hasPrefix("https://mirror.example.org/xrpc/"))
    // A mirror that fails, lies, or does not have the document.
    var forged = TestRepository(["com.example.note"])
    forged.publish("com.example.note", version: 666)
    let lie = try forged.proof(of: "com.example.note")
    let absent = try TestRepository().proof(of: "com.example.note")
    for answer in [
      HTTPTransportResponse(.badRequest, #"{"error":"RecordNotFound"}"#),
      HTTPTransportResponse(.internalServerError, ""), HTTPTransportResponse(.ok, "garbage"),
      HTTPTransportResponse(head: HTTPResponse(status: .ok), body: lie),
      HTTPTransportResponse(head: HTTPResponse(status: .ok), body: absent),
    ] {
      network.answer { url in url.hasPrefix("https://mirror.example.org") ? answer : nil }
      let found = try await network.resolve("com.example.note", settings)
      #expect(found.record == TestRepository.document("com.example.note"))
      #expect(network.recordRequests.last?.hasPrefix(TestNetwork.pds) == true)
    }
  }

  @Test("a mirror may have the version that a reference asks for, and the PDS a newer one")
  func mirrorMayHaveAnOldVersion() async throws {
    let settings = LexiconNetworkSettings(mirror: HTTPURL("https://mirror.example.org"))
    let network = TestNetwork()
    let old = network.state.withLock { $0.repository }
    let cid = try #require(old.cid(of: "com.example.note"))
    let proof = try old.proof(of: "com.example.note")
    network.answer { url in
      url.hasPrefix("https://mirror.example.org")
        ? HTTPTransportResponse(head: HTTPResponse(status: .ok), body: proof) : nil
    }
    network.change { $0.repository.publish("com.example.note", version: 2) }
    #expect(try await network.resolve("com.example.note@\(cid)", settings).cid == cid)
    // The other way around.
    let new = try #require(network.state.withLock { $0.repository }.cid(of: "com.example.note"))
    #expect(try await network.resolve("com.example.note@\(new)", settings).cid == new)
  }

  // MARK: Changed keys

  @Test("a process that caches documents fetches a document anew, once, for a bad signature")
  func changedKeyIsFetchedOnce() async throws {
    let network = TestNetwork()
    let directory = CachingIdentityDirectory(network.directory())
    let resolver = network.resolver(
      LexiconNetworkSettings(cachesDocuments: true),
      directory: directory
    )
    _ = try await resolver.resolve(LexiconReference("com.example.note" as NSID))
    _ = try await resolver.resolve(LexiconReference("com.example.note" as NSID))
    #expect(network.documentRequests.count == 1)
    // The account rotates its key.
    network.change { $0.repository.key = PrivateKey(generating: .k256) }
    _ = try await resolver.resolve(LexiconReference("com.example.note" as NSID))
    #expect(network.documentRequests.count == 2)
    // A signature that stays bad.
    let other = try TestRepository(["com.example.note"]).proof(of: "com.example.note")
    network.answer { url in
      url.contains("getRecord")
        ? HTTPTransportResponse(head: HTTPResponse(status: .ok), body: other) : nil
    }
    await #expect(throws: LexiconError(.invalidSignature, "")) {
      try await resolver.resolve(LexiconReference("com.example.note" as NSID))
    }
    #expect(network.documentRequests.count == 3)
  }

  @Test("a process that does not cache documents does not fetch one again")
  func documentIsNotFetchedAgainWithoutCache() async throws {
    let network = TestNetwork()
    let other = try TestRepository(["com.example.note"]).proof(of: "com.example.note")
    network.answer { url in
      url.contains("getRecord")
        ? HTTPTransportResponse(head: HTTPResponse(status: .ok), body: other) : nil
    }
    await Self.fails(.invalidSignature, network)
    #expect(network.documentRequests.count == 1)
  }

  // MARK: Other sources

  /// Proofs of a server's own repositories.
  struct OwnProofs: RecordProofSource {
    let repository: TestRepository

    func proof(
      of path: RepoPath,
      in did: DID,
      at pds: HTTPURL
    ) async throws(LexiconError) -> [UInt8] {
      guard let nsid = try? NSID(path.recordKey.string),
        let proof = try? repository.proof(of: nsid)
      else { throw LexiconError(.recordNotFound, "not here") }
      return proof
    }
  }

  @Test("a server can return proofs from its own store, which are verified as well")
  func ownProofsAreVerified() async throws {
    let network = TestNetwork()
    let own = OwnProofs(repository: network.state.withLock { $0.repository })
    _ = try await network.resolver(proofs: own).resolve(
      LexiconReference("com.example.note" as NSID)
    )
    #expect(network.recordRequests.isEmpty)
    let forged = OwnProofs(repository: TestRepository(["com.example.note"]))
    await #expect(throws: LexiconError(.invalidSignature, "")) {
      try await network.resolver(proofs: forged).resolve(
        LexiconReference("com.example.note" as NSID)
      )
    }
  }
}
