import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing

/// How often looking up an identity by handle queries the network.
@Suite struct HandleLookupTests {
  static let did: DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
  static let victim: DID = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"

  /// Name servers that count the queries for each name.
  final class CountingTXTResolver: TXTResolver {
    private let table: [String: [String]]
    private let log = Mutex<[String: Int]>([:])

    init(_ table: [String: [String]]) {
      self.table = table
    }

    var queries: [String: Int] { log.withLock { $0 } }

    func records(
      of name: String,
      within limit: Duration
    ) async throws(IdentityError) -> [TXTRecord] {
      log.withLock { $0[name, default: 0] += 1 }
      return (table[name] ?? []).map { TXTRecord($0) }
    }
  }

  private let txt = CountingTXTResolver([
    "_atproto.alice.com": ["did=\(Self.did)"],
    "_atproto.mallory.com": ["did=\(Self.victim)"],
    "_atproto.victim.com": ["did=\(Self.victim)"],
  ])

  private let web = StubTransport { url throws(TransportError) in
    switch url {
    case "https://plc.directory/\(Self.did)":
      HTTPTransportResponse(.ok, Self.document(Self.did, "alice.com"))
    case "https://plc.directory/\(Self.victim)":
      HTTPTransportResponse(.ok, Self.document(Self.victim, "victim.com"))
    default: HTTPTransportResponse(.notFound)
    }
  }

  private static func document(_ did: DID, _ handle: String) -> String {
    #"{"id":"\#(did)","alsoKnownAs":["at://\#(handle)"]}"#
  }

  private var base: BaseIdentityDirectory {
    BaseIdentityDirectory(
      plc: PLCDirectoryClient(transport: web),
      handles: HandleResolver(txt: txt, transport: web),
      transport: web
    )
  }

  private func documentFetches(_ did: DID) -> Int {
    web.requests.count { $0 == "https://plc.directory/\(did)" }
  }

  /// Requests for `/.well-known/atproto-did`, which are sent in parallel with the query for TXT
  /// records.
  private func wellKnownFetches(_ handle: Handle) -> Int {
    web.requests.count { $0 == "https://\(handle)/.well-known/atproto-did" }
  }

  @Test func uncachedHandleLookupResolvesTheHandleOnce() async throws {
    let identity = try await base.identity(of: "Alice.com" as Handle)
    #expect(identity.did == Self.did && identity.handle == "alice.com")
    #expect(txt.queries == ["_atproto.alice.com": 1])
    #expect(wellKnownFetches("alice.com") <= 1)
    #expect(documentFetches(Self.did) == 1)
  }

  @Test func secondHandleLookupIsAnsweredFromTheCache() async throws {
    let cache = CachingIdentityDirectory(base)
    for _ in 0..<2 {
      let identity = try await cache.identity(of: "alice.com" as Handle)
      #expect(identity.did == Self.did && identity.handle == "alice.com")
      #expect(txt.queries == ["_atproto.alice.com": 1])
      #expect(wellKnownFetches("alice.com") <= 1)
      #expect(documentFetches(Self.did) == 1)
    }
  }

  @Test func handleLookupCachesTheIdentityOfTheDIDAndTheDIDOfTheHandle() async throws {
    let cache = CachingIdentityDirectory(base)
    _ = try await cache.identity(of: "alice.com" as Handle)
    #expect(try await cache.identity(of: Self.did).handle == "alice.com")
    #expect(try await cache.did(of: "alice.com") == Self.did)
    #expect(txt.queries == ["_atproto.alice.com": 1])
    #expect(documentFetches(Self.did) == 1)
  }

  @Test func handleLookupAfterDIDLookupFetchesNoSecondDocument() async throws {
    let cache = CachingIdentityDirectory(base)
    _ = try await cache.identity(of: Self.did)
    _ = try await cache.identity(of: "alice.com" as Handle)
    _ = try await cache.identity(of: "alice.com" as Handle)
    #expect(documentFetches(Self.did) == 1)
    #expect(txt.queries["_atproto.alice.com"] == 2)
  }

  @Test func uncachedLookupOfAnUnclaimedHandleDoesNotResolveTheClaimedOne() async throws {
    await #expect(throws: IdentityError(.mismatch, "")) {
      try await base.identity(of: "mallory.com" as Handle)
    }
    #expect(txt.queries == ["_atproto.mallory.com": 1])
    #expect(documentFetches(Self.victim) == 1)
  }

  /// A handle that points to somebody else's DID does not resolve to an identity, and does not
  /// affect lookups of that DID.
  @Test func unclaimedHandleIsRefusedAndDoesNotAffectTheDID() async throws {
    let cache = CachingIdentityDirectory(base)
    for _ in 0..<3 {
      await #expect(throws: IdentityError(.mismatch, "")) {
        try await cache.identity(of: "mallory.com" as Handle)
      }
    }
    #expect(txt.queries["_atproto.mallory.com"] == 1)
    #expect(documentFetches(Self.victim) == 1)
    let victim = try await cache.identity(of: Self.victim)
    #expect(victim.handle == "victim.com")
    #expect(try await cache.identity(of: "victim.com" as Handle) == victim)
    #expect(documentFetches(Self.victim) == 1)
  }

  @Test func unresolvableHandleIsCachedAndNotPassedToTheDirectory() async throws {
    let cache = CachingIdentityDirectory(base)
    for _ in 0..<2 {
      await #expect(throws: IdentityError(.notFound, "")) {
        try await cache.identity(of: "nobody.com" as Handle)
      }
    }
    #expect(txt.queries == ["_atproto.nobody.com": 1])
    #expect(web.requests == ["https://nobody.com/.well-known/atproto-did"])
  }

  @Test func cacheOfHandlesIsBounded() async throws {
    let cache = CachingIdentityDirectory(base, capacity: 2)
    for handle in ["alice.com", "victim.com", "alice.com", "victim.com"] as [Handle] {
      #expect(try await cache.identity(of: handle).handle == handle)
    }
    // One entry in each generation: used entries stay, and dropped ones are resolved again.
    let before = txt.queries["_atproto.alice.com"]
    for number in 0..<10 {
      _ = try? await cache.identity(of: try Handle("none\(number).com"))
    }
    _ = try await cache.identity(of: "alice.com" as Handle)
    #expect(txt.queries["_atproto.alice.com"] == before.map { $0 + 1 })
  }
}
