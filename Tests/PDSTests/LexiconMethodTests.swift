import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC

@testable import PDS

/// `com.atproto.lexicon.resolveLexicon`.
@Suite struct LexiconMethodTests {
  private static let nsid = "com.example.status"
  private static let document = DataValue.recordLexicon(nsid, ["text": ["type": "string"]])
  private static let changed = DataValue.recordLexicon(nsid, ["text": ["type": "integer"]])

  private static func resolve(
    _ server: TestServer,
    _ nsid: String = nsid
  ) async throws -> ComAtproto.Lexicon.ResolveLexicon.Output {
    try await server.client.comAtproto.lexicon.resolveLexicon(.init(nsid: FormatString(nsid)))
  }

  private static func refusal(_ server: TestServer, _ nsid: String = nsid) async throws -> String? {
    try await server.call("com.atproto.lexicon.resolveLexicon?nsid=\(nsid)").refusal
  }

  @Test func publishedLexiconIsReturnedWithoutASession() async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.document)
    // The domain authority is not case-sensitive.
    for name in [Self.nsid, "com.Example.status"] {
      let output = try await Self.resolve(try host.server(), name)
      let uri = "at://\(host.authority.did)/com.atproto.lexicon.schema/\(Self.nsid)"
      #expect(output.uri.string == uri)
      #expect(output.cid.string == CID(hashingDAGCBOR: Self.document.cborBytes()).string)
      #expect(output.schema.dataValue == Self.document)
    }
  }

  @Test(arguments: [
    "", "?nsid=", "?nsid=com.example", "?nsid=at://a/b/c", "?nsid=a.b.c&nsid=a.b.d",
  ])
  func invalidNSIDIsRefused(_ query: String) async throws {
    let host = try await LexiconHost()
    let answer = try await host.server().call("com.atproto.lexicon.resolveLexicon" + query)
    #expect(answer.refusal == "400 InvalidRequest")
    #expect(host.requests == 0)
  }

  @Test func reasonIsInTheMessage() async throws {
    let host = try await LexiconHost()
    let server = try host.server()
    let answer = try await server.call("com.atproto.lexicon.resolveLexicon?nsid=\(Self.nsid)")
    #expect(answer.refusal == "400 LexiconNotFound")
    #expect(answer.message?.hasPrefix("RecordNotFound: ") == true)
    #expect(answer.message?.contains("lexicons.example.com") == false)
    // Without an authority, name servers are asked.
    let other = try TestServer()
    let unknown = try await other.call("com.atproto.lexicon.resolveLexicon?nsid=\(Self.nsid)")
    #expect(unknown.refusal == "400 LexiconNotFound")
    #expect(unknown.message?.hasPrefix("AuthorityNotFound: ") == true)
  }

  @Test func foundLexiconIsCached() async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.document)
    let server = try host.server()
    let first = try await Self.resolve(server)
    try await host.publish(Self.changed)
    #expect(try await Self.resolve(server).cid == first.cid)
    #expect(host.requests == 1)
  }

  @Test func missingLexiconIsCachedForTheNegativeLifetime() async throws {
    let host = try await LexiconHost()
    let (server, impatient) = (
      try host.server(), try host.server { $0.lexicons.negativeLifetime = .zero }
    )
    #expect(try await Self.refusal(server) == "400 LexiconNotFound")
    #expect(try await Self.refusal(impatient) == "400 LexiconNotFound")
    try await host.publish(Self.document)
    #expect(try await Self.refusal(server) == "400 LexiconNotFound")
    #expect(try await Self.refusal(impatient) == nil)
    #expect(host.requests == 3)
  }

  @Test func temporaryFailureIsNotCached() async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.document)
    let server = try host.server()
    host.setDown(true)
    #expect(try await Self.refusal(server) == "502 UpstreamFailure")
    host.setDown(false)
    #expect(try await Self.refusal(server) == nil)
  }

  @Test func callsAtOnceShareOneLookup() async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.document)
    let server = try host.server()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = try await Self.resolve(server) } }
      try await group.waitForAll()
    }
    #expect(host.requests == 1)
  }

  // MARK: Addresses

  @Test(arguments: ["10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.0.1", "100.64.0.1"])
  func privateAddressIsRefusedInDevelopment(_ address: String) async throws {
    var configuration = PDSConfiguration(dataDirectory: "unused", port: 0, isDevelopment: true)
    configuration.allowsPrivateAddresses = true
    let network = PDSNetwork(configuration, MemoryPDSStore(), transport: nil)
    let url = try #require(HTTPURL("https://\(address)/.well-known/did.json"))
    let error = await #expect(throws: TransportError.self) {
      _ = try await network.lexiconHosts.send(
        url.request(.get, [:]),
        body: nil,
        options: TransportOptions()
      )
    }
    #expect(error?.code == .refusedAddress)
    // This machine is called, but nothing answers.
    await #expect(throws: IdentityError(.unreachable, "")) {
      _ = try await network.lexiconDirectory.document(of: "did:web:localhost%3A1")
    }
  }

  // MARK: Repositories on this server

  @Test func ownLexiconIsNotFetchedOverTheNetwork() async throws {
    let own = try await OwnLexiconHost { $0.lexicons.authority = $1 }
    let (server, authority) = (own.server, own.authority)
    try await authority.publish(Self.document)
    #expect(try await Self.resolve(server).schema.dataValue == Self.document)
    #expect(try await Self.refusal(server, "com.example.other") == "400 LexiconNotFound")
  }

  @Test func ownCommitReplacesWhatIsCached() async throws {
    let own = try await OwnLexiconHost { $0.lexicons.authority = $1 }
    let (server, authority) = (own.server, own.authority)
    #expect(try await Self.refusal(server) == "400 LexiconNotFound")
    try await authority.publish(Self.document)
    #expect(try await Self.resolve(server).schema.dataValue == Self.document)
    try await authority.publish(Self.changed)
    #expect(try await Self.resolve(server).schema.dataValue == Self.changed)
    _ = try await authority.delete(rkey: Self.nsid, in: "com.atproto.lexicon.schema")
    #expect(try await Self.refusal(server) == "400 LexiconNotFound")
  }

  @Test func commitOfAnotherAccountKeepsWhatIsCached() async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.document)
    let server = try host.server()
    let stranger = try await server.signUp("stranger")
    _ = try await Self.resolve(server)
    try await stranger.publish(Self.changed)
    #expect(try await Self.resolve(server).schema.dataValue == Self.document)
    #expect(host.requests == 1)
  }

  @Test func repositoryThatIsNotServedHasNoLexicons() async throws {
    let own = try await OwnLexiconHost { $0.lexicons.authority = $1 }
    let (server, authority) = (own.server, own.authority)
    try await authority.publish(Self.document)
    try await authority.set(.takendown)
    let answer = try await server.call("com.atproto.lexicon.resolveLexicon?nsid=\(Self.nsid)")
    #expect(answer.refusal == "400 LexiconNotFound")
    #expect(answer.message?.hasPrefix("RepoUnavailable: ") == true)
  }
}
