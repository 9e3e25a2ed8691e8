import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import LexiconResolution
import Synchronization
import Testing

@testable import PDS

@Suite struct PermissionSetTests {
  private static let nsid: NSID = "com.example.authBasic"

  private static func document(_ collection: String = "com.example.note") -> DataValue {
    [
      "$type": "com.atproto.lexicon.schema", "lexicon": 1, "id": .string(nsid.string),
      "defs": [
        "main": [
          "type": "permission-set", "title": "Basics",
          "permissions": [
            [
              "type": "permission", "resource": "repo", "collection": [.string(collection)],
              "action": ["create"],
            ]
          ],
        ]
      ],
    ]
  }

  private static func scope() throws -> OAuthScope {
    try OAuthScope("atproto include:\(nsid)")
  }

  private static func age(_ store: any PDSStore, by seconds: Int) async throws {
    try await store.write { transaction in
      guard var set = try transaction.oauth.permissionSet(nsid) else { return }
      set.checkedAt -= seconds
      set.resolvedAt? -= seconds
      set.expiresAt -= seconds
      try transaction.oauth.set(set)
    }
  }

  @Test func setIsCachedAndRefreshed() async throws {
    let store = MemoryPDSStore()
    let source = MemoryLexiconSource()
    let sets = PermissionSets(store: store, source: source)
    source.documents.withLock { $0[Self.nsid] = Self.document() }
    func expanded() async throws -> String? { try await sets.expand(Self.scope())?.description }
    #expect(try await expanded() == "atproto repo:com.example.note?action=create")
    #expect(try await expanded() == "atproto repo:com.example.note?action=create")
    #expect(source.count.withLock { $0 } == 1)
    // "Stale Lexicons should get updated …, but if resolution fails, the previously existing stale
    // values can be used."
    source.documents.withLock { $0[Self.nsid] = Self.document("com.example.other") }
    try await Self.age(store, by: PermissionSets.freshness)
    #expect(try await expanded() == "atproto repo:com.example.other?action=create")
    source.documents.withLock { $0[Self.nsid] = nil }
    try await Self.age(store, by: 2 * 86_400)
    #expect(try await expanded() == "atproto repo:com.example.other?action=create")
    #expect(source.count.withLock { $0 } == 3)
    // A failure is not repeated at once.
    #expect(try await expanded() == "atproto repo:com.example.other?action=create")
    #expect(source.count.withLock { $0 } == 3)
  }

  @Test func setIsUsedForNinetyDaysIfRefreshingFails() async throws {
    let store = MemoryPDSStore()
    let source = MemoryLexiconSource()
    let sets = PermissionSets(store: store, source: source)
    source.documents.withLock { $0[Self.nsid] = Self.document() }
    _ = try await sets.sets(for: Self.scope())
    source.documents.withLock { $0[Self.nsid] = nil }
    try await Self.age(store, by: PermissionSets.expiration - 60)
    #expect(try await sets.sets(for: Self.scope()).count == 1)
    try await Self.age(store, by: 61)
    for _ in 0..<2 {
      await #expect(throws: OAuthError(.invalidScope, "")) {
        _ = try await sets.sets(for: Self.scope())
      }
    }
    // The second refusal is from the cache.
    #expect(source.count.withLock { $0 } == 3)
  }

  @Test func unresolvableSetIsRefusedAndNotAskedForAgainAtOnce() async throws {
    let store = MemoryPDSStore()
    let source = MemoryLexiconSource()
    let sets = PermissionSets(store: store, source: source)
    for _ in 0..<3 {
      await #expect(throws: OAuthError(.invalidScope, "")) {
        _ = try await sets.sets(for: Self.scope())
      }
    }
    #expect(source.count.withLock { $0 } == 1)
    #expect(try await sets.expand(Self.scope()) == nil)
    source.documents.withLock { $0[Self.nsid] = Self.document() }
    try await Self.age(store, by: PermissionSets.retryInterval)
    #expect(try await sets.sets(for: Self.scope()).count == 1)
  }

  @Test(
    arguments: [
      ["lexicon": 1, "id": "com.example.other", "defs": ["main": ["type": "permission-set"]]],
      ["lexicon": 1, "id": "com.example.authBasic", "defs": ["main": ["type": "record"]]], [:],
    ] as [DataValue]
  )
  func documentOfAnotherKindIsRefused(_ document: DataValue) async throws {
    let source = MemoryLexiconSource()
    source.documents.withLock { $0[Self.nsid] = document }
    let sets = PermissionSets(store: MemoryPDSStore(), source: source)
    await #expect(throws: OAuthError(.invalidScope, "")) {
      _ = try await sets.sets(for: Self.scope())
    }
  }

  @Test func requestWithTooManySetsIsRefused() async throws {
    let source = MemoryLexiconSource()
    let sets = PermissionSets(store: MemoryPDSStore(), source: source)
    let values = (0...PermissionSets.maximumCount).map { "include:com.example.s\($0)" }
    let scope = try OAuthScope("atproto " + values.joined(separator: " "))
    await #expect(throws: OAuthError(.invalidScope, "")) { _ = try await sets.sets(for: scope) }
    #expect(source.count.withLock { $0 } == 0)
  }

  @Test func lookupFromBeforeACommitIsNotStored() async throws {
    let (started, gate) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
    let source = MemoryLexiconSource { _ in
      started.continuation.yield()
      for await _ in gate.stream { break }
      return Self.document()
    }
    let sets = PermissionSets(store: MemoryPDSStore(), source: source)
    async let old = sets.sets(for: Self.scope())
    for await _ in started.stream { break }
    await sets.expire(Self.nsid)
    source.documents.withLock { $0[Self.nsid] = Self.document("com.example.other") }
    gate.continuation.finish()
    _ = try await old
    let expanded = try await sets.expand(Self.scope())?.description
    #expect(expanded == "atproto repo:com.example.other?action=create")
  }

  // MARK: Over the network

  /// A server whose permission sets are in the repository of an account of another server.
  private static func servers(
    _ configure: (inout PDSConfiguration, DID) -> Void
  ) async throws -> (server: TestServer, authority: TestAccount) {
    let network = TestNetwork()
    let host = try TestServer(network: network) {
      $0.isDevelopment = false
      $0.hostname = "lexicons.example.com"
    }
    let authority = try await host.signUp("lexicons")
    network.add("lexicons.example.com") { request, body in
      try await host.transport.send(request, body: body, options: TransportOptions())
    }
    let did = try authority.did.parsed()
    let server = try TestServer(network: network) {
      $0.port = 2583
      configure(&$0, did)
    }
    return (server, authority)
  }

  /// A client that asks for the set.
  private static func client(_ server: TestServer) -> OAuthTestClient {
    var client = OAuthTestClient.web(server) { $0["scope"] = .string("atproto include:\(nsid)") }
    client.scope = "atproto include:\(nsid)"
    return client
  }

  @Test func setIsResolvedFromItsRepositoryWithProof() async throws {
    let (server, authority) = try await Self.servers { $0.lexicons.authority = $1 }
    let alice = try await server.signUp()
    let client = Self.client(server)
    #expect(try await client.push().refusal == "400 invalid_scope")
    _ = try await authority.put(Self.document(), rkey: Self.nsid.string)
    try await Self.age(server.store, by: PermissionSets.retryInterval)
    let answer = try await client.exchange(try await client.code(for: alice))
    #expect(try answer.value["scope"] == "atproto repo:com.example.note?action=create")
    // "The permissions associated with an Access Token should remain fixed, but when a client
    // refreshes their tokens …, the computed permissions for the session may be updated".
    _ = try await authority.put(
      Self.document("com.example.other"),
      rkey: Self.nsid.string
    )
    try await Self.age(server.store, by: PermissionSets.freshness)
    let tokens = try OAuthTestTokens(answer)
    let session = try await server.oauthSession(tokens.access)
    #expect(session?.tokenScope == "atproto repo:com.example.note?action=create")
    let refreshed = try await client.refresh(tokens.refresh)
    #expect(try refreshed.value["scope"] == "atproto repo:com.example.other?action=create")
  }

  @Test func ownCommitMakesTheSetDueForRefresh() async throws {
    let own = try await OwnLexiconHost { $0.lexicons.authority = $1 }
    func expanded() async throws -> String? {
      try await own.server.domain.lexicons.permissionSets.expand(Self.scope())?.description
    }
    // A refusal is not repeated after the commit either.
    #expect(try await expanded() == nil)
    for collection in ["com.example.note", "com.example.other"] {
      try await own.authority.publish(Self.document(collection))
      #expect(try await expanded() == "atproto repo:\(collection)?action=create")
    }
    // The stored set still serves sessions if it is not published any more.
    _ = try await own.authority.delete(rkey: Self.nsid.string, in: "com.atproto.lexicon.schema")
    #expect(try await expanded() == "atproto repo:com.example.other?action=create")
  }

  @Test func authorityIsFoundByTXTRecord() async throws {
    let (server, authority) = try await Self.servers { _, _ in }
    _ = try await authority.put(Self.document(), rkey: Self.nsid.string)
    let identities = server.domain.identities
    func resolver(_ texts: [String]) -> LexiconResolver {
      LexiconResolver(
        txt: FixedTXTResolver(["_lexicon.example.com": texts]),
        directory: identities.directory,
        transport: server.network
      )
    }
    let did = authority.did.string
    let found = try await resolver(["v=1", "did=\(did)"]).resolve(LexiconReference(Self.nsid))
    #expect(found.record["id"]?.string == Self.nsid.string)
    for texts in [[], ["did="], ["did=\(did)", "did=did:web:b.example.com"]] {
      await #expect(throws: LexiconError.self) {
        _ = try await resolver(texts).resolve(LexiconReference(Self.nsid))
      }
    }
    // Another record, and none.
    await #expect(throws: LexiconError.self) {
      _ = try await resolver(["did=\(did)"]).resolve(LexiconReference("com.example.none"))
    }
  }

  @Test func proofOfAnotherKeyIsRefused() async throws {
    let (server, authority) = try await Self.servers { $0.lexicons.authority = $1 }
    _ = try await authority.put(Self.document(), rkey: Self.nsid.string)
    let car = try await authority.server.call(
      "com.atproto.sync.getRecord?did=\(authority.did.string)"
        + "&collection=com.atproto.lexicon.schema&rkey=\(Self.nsid)"
    )
    var broken = car
    broken.body[car.body.count - 20] ^= 1
    server.network.add("lexicons.example.com") { [broken] _, _ in broken }
    let client = Self.client(server)
    #expect(try await client.push().refusal == "400 invalid_scope")
  }
}
