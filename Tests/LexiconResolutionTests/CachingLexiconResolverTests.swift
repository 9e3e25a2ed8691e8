import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import LexiconResolution

@Suite struct CachingLexiconResolverTests {
  static let nsid: NSID = "com.example.note"

  final class Time: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(_ duration: Duration) {
      instant.withLock { $0 = $0 + duration }
    }
  }

  private let network = TestNetwork()
  private let time = Time()

  private func cache(
    _ lifetimes: LexiconCacheLifetimes = LexiconCacheLifetimes()
  ) -> CachingLexiconResolver {
    CachingLexiconResolver(network.resolver(), lifetimes: lifetimes, now: { [time] in time.now })
  }

  /// The number of the version that a document says it is.
  private func version(_ lexicon: ResolvedLexicon) -> String? {
    lexicon.record["defs"]?["main"]?["description"]?.string
  }

  private func publish(version: Int, revision: UInt64) {
    network.change {
      $0.repository.publish(Self.nsid, version: version)
      $0.repository.revision = revision
    }
  }

  private func breakNetwork(_ status: HTTPResponse.Status?) {
    network.answer { url in
      guard let status, url.contains("getRecord") else { return nil }
      return HTTPTransportResponse(status, "")
    }
  }

  // MARK: Lifetimes

  @Test("a document is returned for five minutes, and then resolved again")
  func documentIsFreshForFiveMinutes() async throws {
    let cache = cache()
    let first = try await cache.resolve(Self.nsid)
    publish(version: 2, revision: 2)
    time.advance(.seconds(299))
    #expect(try await cache.resolve("COM.example.note") == first.withoutAuthority)
    #expect(network.queries.count == 1 && network.recordRequests.count == 1)
    time.advance(.seconds(2))
    #expect(version(try await cache.resolve(Self.nsid)) == "version 2")
    #expect(network.queries.count == 2 && network.recordRequests.count == 2)
  }

  @Test(
    "an answer of the name servers is used no longer than its time to live",
    arguments: [
      (0, 0), (30, 30), (3600, 300),
    ]
  )
  func timeToLiveLimitsFreshness(_ timeToLive: Int, _ expected: Int) async throws {
    network.change {
      $0.records[TestNetwork.domain] = [
        TXTRecord("did=\(TestRepository.did)", timeToLive: .seconds(timeToLive))
      ]
    }
    let cache = cache()
    _ = try await cache.resolve(Self.nsid)
    if expected > 0 {
      time.advance(.seconds(expected - 1))
      _ = try await cache.resolve(Self.nsid)
      #expect(network.queries.count == 1)
      time.advance(.seconds(1))
    }
    _ = try await cache.resolve(Self.nsid)
    #expect(network.queries.count == 2)
  }

  @Test("a permanent failure is returned for a minute, or as long as the settings say")
  func failureIsRemembered() async throws {
    for (seconds, lifetimes) in [
      (60, LexiconCacheLifetimes()), (5, LexiconCacheLifetimes(notFound: .seconds(5))),
    ] {
      let cache = cache(lifetimes)
      let before = network.queries.count
      for _ in 0..<3 {
        let error = await #expect(throws: LexiconError.self) {
          try await cache.resolve("com.example.missing")
        }
        #expect(error?.code == .recordNotFound && error?.nsid == "com.example.missing")
      }
      time.advance(.seconds(seconds - 1))
      await #expect(throws: LexiconError.self) { try await cache.resolve("com.example.missing") }
      #expect(network.queries.count == before + 1)
      time.advance(.seconds(1))
      await #expect(throws: LexiconError.self) { try await cache.resolve("com.example.missing") }
      #expect(network.queries.count == before + 2)
    }
  }

  @Test("a temporary failure is never cached")
  func temporaryFailureIsNotCached() async throws {
    let cache = cache()
    breakNetwork(.badGateway)
    for count in 1...3 {
      await #expect(throws: LexiconError(.fetchFailed, "")) { try await cache.resolve(Self.nsid) }
      #expect(network.recordRequests.count == count)
    }
    #expect(await cache.size.count == 0)
    breakNetwork(nil)
    _ = try await cache.resolve(Self.nsid)
    // Nor is an expired document returned instead.
    breakNetwork(.badGateway)
    time.advance(.seconds(301))
    await #expect(throws: LexiconError(.fetchFailed, "")) { try await cache.resolve(Self.nsid) }
  }

  // MARK: The server's own checks

  @Test("for the server's own checks, a document is refreshed after a day")
  func ownChecksRefreshAfterADay() async throws {
    let cache = cache()
    _ = try await cache.resolveForChecks(Self.nsid)
    publish(version: 2, revision: 2)
    time.advance(.seconds(86_399))
    #expect(version(try await cache.resolveForChecks(Self.nsid)) == "version 1")
    #expect(network.recordRequests.count == 1)
    time.advance(.seconds(1))
    #expect(version(try await cache.resolveForChecks(Self.nsid)) == "version 2")
    #expect(network.recordRequests.count == 2)
  }

  @Test(
    "for the server's own checks, a document is used for 90 days if refreshing fails",
    arguments: [HTTPResponse.Status.badGateway, .forbidden]
  )
  func ownChecksUseOldDocuments(_ status: HTTPResponse.Status) async throws {
    let cache = cache()
    _ = try await cache.resolveForChecks(Self.nsid)
    breakNetwork(status)
    time.advance(.seconds(86_400))
    for _ in 0..<3 {
      #expect(version(try await cache.resolveForChecks(Self.nsid)) == "version 1")
    }
    // A failed attempt is not repeated at once.
    #expect(network.recordRequests.count == 2)
    time.advance(.seconds(60))
    _ = try await cache.resolveForChecks(Self.nsid)
    #expect(network.recordRequests.count == 3)
    // Everybody else gets the failure.
    await #expect(throws: LexiconError.self) { try await cache.resolve(Self.nsid) }
    time.advance(.seconds(88 * 86_400))
    _ = try await cache.resolveForChecks(Self.nsid)
    time.advance(.seconds(86_400))
    await #expect(throws: LexiconError.self) { try await cache.resolveForChecks(Self.nsid) }
    breakNetwork(nil)
    time.advance(.seconds(60))
    _ = try await cache.resolveForChecks(Self.nsid)
  }

  @Test("for the server's own checks, a document that was never found is not used")
  func ownChecksFailWithoutDocument() async {
    let cache = cache()
    for _ in 0..<2 {
      await #expect(throws: LexiconError(.recordNotFound, "")) {
        try await cache.resolveForChecks("com.example.missing")
      }
    }
    #expect(network.queries.count == 1)
  }

  // MARK: Flights

  @Test("calls at once for one document go out once")
  func concurrentCallsShareOneLookup() async throws {
    let gate = AsyncStream<Void>.makeStream()
    network.answer { url in
      if url.contains("getRecord") { for await _ in gate.stream { break } }
      return nil
    }
    let cache = cache()
    try await withThrowingTaskGroup(of: NSID.self) { group in
      for _ in 0..<50 { group.addTask { try await cache.resolve(Self.nsid).nsid } }
      for _ in 0..<50 { group.addTask { try await cache.resolveForChecks(Self.nsid).nsid } }
      while network.recordRequests.isEmpty { await Task.yield() }
      gate.continuation.finish()
      for try await nsid in group { #expect(nsid == Self.nsid) }
    }
    #expect(network.queries.count == 1 && network.recordRequests.count == 1)
  }

  @Test("a lookup goes on without the call that started it")
  func lookupOutlivesItsCaller() async throws {
    let gate = AsyncStream<Void>.makeStream()
    network.answer { url in
      if url.contains("getRecord") { for await _ in gate.stream { break } }
      return nil
    }
    let cache = cache()
    let first = Task { try await cache.resolve(Self.nsid) }
    while network.recordRequests.isEmpty { await Task.yield() }
    first.cancel()
    let second = Task { try await cache.resolve(Self.nsid) }
    gate.continuation.finish()
    #expect(try await second.value.nsid == Self.nsid)
    #expect(network.recordRequests.count == 1)
  }

  // MARK: Dropping

  @Test("a dropped document, failure, or account is resolved anew")
  func droppedEntriesAreResolvedAnew() async throws {
    let cache = cache()
    _ = try await cache.resolve(Self.nsid)
    publish(version: 2, revision: 2)
    await cache.drop("Com.example.note" as NSID)
    #expect(version(try await cache.resolve(Self.nsid)) == "version 2")
    publish(version: 3, revision: 3)
    await cache.drop("did:plc:bbbbbbbbbbbbbbbbbbbbbbbb" as DID)
    #expect(version(try await cache.resolve(Self.nsid)) == "version 2")
    await cache.drop(TestRepository.did)
    #expect(version(try await cache.resolve(Self.nsid)) == "version 3")
    await #expect(throws: LexiconError.self) { try await cache.resolve("com.example.new") }
    network.change {
      $0.repository.publish("com.example.new")
      $0.repository.revision = 4
    }
    await cache.drop("com.example.new" as NSID)
    _ = try await cache.resolve("com.example.new")
  }

  @Test("a lookup that began before its document was dropped is not cached")
  func lookupBeforeDropIsNotCached() async throws {
    let gate = AsyncStream<Void>.makeStream()
    network.answer { url in
      if url.contains("getRecord") { for await _ in gate.stream { break } }
      return nil
    }
    let cache = cache()
    let early = Task { try await cache.resolve(Self.nsid) }
    while network.recordRequests.isEmpty { await Task.yield() }
    publish(version: 2, revision: 2)
    await cache.drop(Self.nsid)
    gate.continuation.finish()
    _ = try await early.value
    #expect(await cache.size.count == 0)
    #expect(version(try await cache.resolve(Self.nsid)) == "version 2")
  }

  // MARK: Stale proofs

  @Test("a proof of an older revision than one seen before is not cached")
  func staleProofIsNotCached() async throws {
    network.change {
      $0.repository.publish("com.example.other")
      $0.repository.revision = 5
    }
    let cache = cache()
    _ = try await cache.resolve("com.example.other")
    // The same repository, before the commit.
    network.change { $0.repository.revision = 4 }
    #expect(version(try await cache.resolve(Self.nsid)) == "version 1")
    #expect(await cache.size.count == 1)
    _ = try await cache.resolve(Self.nsid)
    #expect(network.recordRequests.count == 3)
    network.change { $0.repository.revision = 5 }
    _ = try await cache.resolve(Self.nsid)
    _ = try await cache.resolve(Self.nsid)
    #expect(network.recordRequests.count == 4)
  }

  @Test("a refresh asks each time, and does not return an old revision")
  func refreshRefusesStaleProof() async throws {
    network.change {
      $0.repository.publish("com.example.other")
      $0.repository.revision = 5
    }
    let cache = cache()
    _ = try await cache.refresh(Self.nsid)
    _ = try await cache.refresh("com.example.other")
    _ = try await cache.refresh("com.example.other")
    #expect(network.recordRequests.count == 3)
    await cache.drop(Self.nsid)
    network.change { $0.repository.revision = 4 }
    await #expect(throws: LexiconError(.fetchFailed, "")) { try await cache.refresh(Self.nsid) }
  }

  @Test("a replayed proof does not take back a newer document")
  func replayedProofIsIgnored() async throws {
    let old = try network.state.withLock { try $0.repository.proof(of: Self.nsid) }
    publish(version: 2, revision: 2)
    let cache = cache()
    _ = try await cache.resolve(Self.nsid)
    network.answer { url in
      url.contains("getRecord")
        ? HTTPTransportResponse(head: HTTPResponse(status: .ok), body: old) : nil
    }
    time.advance(.seconds(86_400))
    #expect(version(try await cache.resolve(Self.nsid)) == "version 2")
    #expect(version(try await cache.resolveForChecks(Self.nsid)) == "version 2")
  }

  // MARK: Bounds

  @Test("1,000 entries and 16 MiB are the most")
  func cacheIsBounded() {
    let lifetimes = LexiconCacheLifetimes()
    #expect(lifetimes.maximumCount == 1000 && lifetimes.maximumBytes == 16 << 20)
    #expect(lifetimes.found == .seconds(300) && lifetimes.notFound == .seconds(60))
    var cache = LexiconCache(lifetimes)
    func isKnown(_ number: Int) -> Bool {
      cache.lookup(try! NSID("com.example.n\(number)"), now: time.now) != nil
    }
    for number in 0..<2000 {
      cache.insert(Self.stored(number, size: 100), timeToLive: nil, now: time.now)
      // Keeps one in use.
      _ = isKnown(0)
    }
    #expect(cache.count == 1000 && cache.byteCount == 100_000)
    #expect(isKnown(0) && !isKnown(1) && isKnown(1999))
    for number in 0..<100 {
      cache.insert(Self.stored(number, size: 1 << 20), timeToLive: nil, now: time.now)
      #expect(cache.byteCount <= 16 << 20)
    }
    #expect(isKnown(99))
    for number in 0..<2000 {
      cache.remove(try! NSID("com.example.n\(number)"))
      #expect(!isKnown(number))
    }
    #expect(cache.count == 0 && cache.byteCount == 0)
  }

  @Test("names that do not exist do not push documents out")
  func failuresDoNotPushDocumentsOut() throws {
    var cache = LexiconCache(LexiconCacheLifetimes())
    for number in 0..<900 {
      cache.insert(Self.stored(number, size: 100), timeToLive: nil, now: time.now)
    }
    for number in 0..<5000 {
      cache.insert(
        LexiconError(.recordNotFound, ""),
        for: try NSID("com.example.missing\(number)"),
        now: time.now
      )
    }
    #expect(cache.count == 1000 && cache.byteCount == 90_000)
  }

  @Test("the newest revisions of a bounded number of repositories are known")
  func revisionsAreBounded() throws {
    var revisions = NewestRevisions(capacity: 10)
    let (old, new) = (TestRepository.rev(1), TestRepository.rev(2))
    for number in 0..<100 {
      let did = try DID("did:web:a\(number).com")
      let seen = [new, new, old, old, new].map { revisions.see($0, of: did) }
      #expect(seen == [true, true, false, false, true])
      #expect(revisions.count <= 10)
    }
  }

  private static func stored(_ number: Int, size: Int) -> StoredLexicon {
    StoredLexicon(
      nsid: try! NSID("com.example.n\(number)"),
      did: TestRepository.did,
      cid: TestRepository([nsid]).cid(of: nsid)!,
      rev: TestRepository.rev(1),
      pds: HTTPURL(TestNetwork.pds)!,
      bytes: [UInt8](repeating: 0, count: size),
      limits: LexiconLimits()
    )
  }
}

extension ResolvedLexicon {
  fileprivate var withoutAuthority: ResolvedLexicon {
    var copy = self
    copy.authorityTimeToLive = nil
    return copy
  }
}
