import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import Synchronization
import Testing

@Suite struct CachingIdentityDirectoryTests {
  static let did: DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"

  /// Counts its calls, and can hold its answers back.
  final class Base: IdentityDirectory {
    struct State {
      var calls = 0
      var purges = 0
      var handle: Handle = "alice.com"
      var failure: IdentityError?
      var isHeld = false
      var held: [CheckedContinuation<Void, Never>] = []
    }

    let state = Mutex(State())

    var calls: Int { state.withLock { $0.calls } }

    func release() {
      let held = state.withLock { state in
        state.isHeld = false
        defer { state.held = [] }
        return state.held
      }
      for continuation in held { continuation.resume() }
    }

    /// Waits until `count` calls are held back.
    func holds(_ count: Int) async {
      while state.withLock({ $0.held.count }) < count { await Task.yield() }
    }

    private func answer() async throws(IdentityError) -> Handle {
      // The answer is the one that is current when the call begins.
      let (failure, handle) = state.withLock { state in
        state.calls += 1
        return (state.failure, state.handle)
      }
      await withCheckedContinuation { continuation in
        let isHeld = state.withLock { state in
          if state.isHeld { state.held.append(continuation) }
          return state.isHeld
        }
        if !isHeld { continuation.resume() }
      }
      if let failure { throw failure }
      return handle
    }

    func identity(
      of did: DID,
      resolvedFrom handle: Handle?
    ) async throws(IdentityError) -> Identity {
      let handle = try await answer()
      let json = #"{"id":"\#(did)","alsoKnownAs":["at://\#(handle)"]}"#
      return Identity(document: try DIDDocument(json: Array(json.utf8), of: did), handle: handle)
    }

    func did(of handle: Handle) async throws(IdentityError) -> DID {
      _ = try await answer()
      return CachingIdentityDirectoryTests.did
    }

    func purge(_ did: DID, handle: Handle?) async {
      state.withLock { $0.purges += 1 }
    }
  }

  /// Answers with documents of strangers.
  struct LargeDocuments: IdentityDirectory {
    func identity(
      of did: DID,
      resolvedFrom handle: Handle?
    ) async throws(IdentityError) -> Identity {
      let filler = Array(repeating: #"{"a":0}"#, count: 1_000).joined(separator: ",")
      let json = #"{"id":"\#(did)","filler":[\#(filler)]}"#
      let document = try DIDDocument(json: Array(json.utf8), of: did)
      return Identity(document: document, handle: .invalid)
    }

    func did(of handle: Handle) async throws(IdentityError) -> DID {
      throw IdentityError(.notFound, String(repeating: "x", count: 10_000))
    }

    func purge(_ did: DID, handle: Handle?) async {}
  }

  @Test("large documents and errors of strangers take a bounded amount of memory")
  func memoryIsBounded() async throws {
    let limit = 300_000
    let cache = CachingIdentityDirectory(LargeDocuments(), memory: limit)
    for index in 0..<60 {
      let did = try DID("did:web:a\(index).test")
      let identity = try await cache.identity(of: did)
      #expect(identity.document.value["filler"]?.array?.count == 1_000)
      _ = try await cache.document(of: DID("did:web:b\(index).test"))
      _ = try? await cache.did(of: Handle("c\(index).com"))
      #expect(await cache.memory <= limit)
    }
    #expect(await cache.memory > limit / 4)
  }

  final class Time: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(_ duration: Duration) {
      instant.withLock { $0 = $0 + duration }
    }
  }

  let base = Base()
  let time = Time()

  func cache(capacity: Int = 100) -> CachingIdentityDirectory {
    CachingIdentityDirectory(
      base,
      lifetimes: CacheLifetimes(
        fresh: .seconds(60),
        stale: .seconds(600),
        negative: .seconds(10)
      ),
      capacity: capacity,
      now: { [time] in time.now }
    )
  }

  /// Waits until the base has been called `count` times and its answer is cached.
  func settled(_ cache: CachingIdentityDirectory, _ calls: Int, _ handle: Handle) async throws {
    while base.calls < calls { await Task.yield() }
    while try await cache.identity(of: Self.did).handle != handle { await Task.yield() }
  }

  @Test("documents are cached, and an identity's document is used")
  func documentsAreCached() async throws {
    let cache = cache()
    for _ in 0..<3 { #expect(try await cache.document(of: Self.did).id == Self.did) }
    #expect(base.calls == 1)
    await cache.purge(Self.did, handle: nil)
    _ = try await cache.identity(of: Self.did)
    _ = try await cache.document(of: Self.did)
    #expect(base.calls == 2)
  }

  @Test func entryIsFreshThenStaleThenExpired() async throws {
    let cache = cache()
    #expect(try await cache.identity(of: Self.did).handle == "alice.com")
    time.advance(.seconds(59))
    base.state.withLock { $0.handle = "bob.com" }
    #expect(try await cache.identity(of: Self.did).handle == "alice.com")
    #expect(base.calls == 1)
    // Stale: the old answer is returned at once, and a new one is fetched soon.
    time.advance(.seconds(2))
    #expect(try await cache.identity(of: Self.did).handle == "alice.com")
    try await settled(cache, 2, "bob.com")
    #expect(base.calls == 2)
    base.state.withLock { $0.handle = "carol.com" }
    time.advance(.seconds(601))
    #expect(try await cache.identity(of: Self.did).handle == "carol.com")
    #expect(base.calls == 3)
  }

  @Test func permanentFailuresAreCached() async throws {
    let cache = cache()
    base.state.withLock { $0.failure = IdentityError(.notFound, "") }
    for _ in 0..<3 {
      await #expect(throws: IdentityError(.notFound, "")) { try await cache.did(of: "a.com") }
      await #expect(throws: IdentityError(.notFound, "")) {
        try await cache.identity(of: Self.did)
      }
    }
    #expect(base.calls == 2)
    base.state.withLock { $0.failure = nil }
    time.advance(.seconds(11))
    #expect(try await cache.did(of: "A.com") == Self.did)
    #expect(try await cache.did(of: "a.com") == Self.did)
    #expect(base.calls == 3)
  }

  @Test func transientFailuresAreNotCached() async throws {
    let cache = cache()
    base.state.withLock { $0.failure = IdentityError(.timedOut, "") }
    for _ in 0..<2 {
      await #expect(throws: IdentityError(.timedOut, "")) { try await cache.identity(of: Self.did) }
    }
    base.state.withLock { $0.failure = nil }
    #expect(try await cache.identity(of: Self.did).handle == "alice.com")
    // They do not remove a stale entry, either.
    base.state.withLock { $0.failure = IdentityError(.timedOut, "") }
    time.advance(.seconds(100))
    for calls in 4...6 {
      // A refresh has to finish before the next one starts; calls in the meantime do not start one.
      repeat {
        #expect(try await cache.identity(of: Self.did).handle == "alice.com")
        await Task.yield()
      } while base.calls < calls
    }
  }

  @Test func unconfirmedHandlesAreRefreshedSoon() async throws {
    let cache = cache()
    base.state.withLock { $0.handle = .invalid }
    #expect(try await cache.identity(of: Self.did).handle == .invalid)
    base.state.withLock { $0.handle = "alice.com" }
    time.advance(.seconds(11))
    _ = try await cache.identity(of: Self.did)
    try await settled(cache, 2, "alice.com")
  }

  @Test func concurrentLookupsShareOneRequest() async throws {
    let cache = cache()
    base.state.withLock { $0.isHeld = true }
    try await withThrowingTaskGroup(of: Handle.self) { group in
      for _ in 0..<100 {
        group.addTask { try await cache.identity(of: Self.did).handle }
      }
      await base.holds(1)
      for _ in 0..<1000 { await Task.yield() }
      base.release()
      for try await handle in group { #expect(handle == "alice.com") }
    }
    #expect(base.calls == 1)
  }

  @Test func purgedEntriesAreLookedUpAgain() async throws {
    let cache = cache()
    _ = try await cache.identity(of: Self.did)
    _ = try await cache.did(of: "alice.com")
    base.state.withLock { $0.handle = "bob.com" }
    await cache.purge(Self.did, handle: "bob.com")
    #expect(try await cache.identity(of: Self.did).handle == "bob.com")
    _ = try await cache.did(of: "alice.com")
    #expect(base.calls == 4)
    #expect(base.state.withLock { $0.purges } == 1)
  }

  /// A lookup that began before the purge does not fill the cache after it.
  @Test func lookupUnderWayDuringAPurgeIsNotCached() async throws {
    let cache = cache()
    base.state.withLock { $0.isHeld = true }
    async let old = cache.identity(of: Self.did)
    await base.holds(1)
    base.state.withLock { $0.handle = "bob.com" }
    await cache.purge(Self.did, handle: nil)
    async let new = cache.identity(of: Self.did)
    await base.holds(2)
    base.release()
    #expect(try await old.handle == "alice.com")
    #expect(try await new.handle == "bob.com")
    #expect(try await cache.identity(of: Self.did).handle == "bob.com")
    #expect(base.calls == 2)
  }

  @Test func leastRecentlyUsedEntriesAreDropped() async throws {
    let cache = cache(capacity: 10)
    let handles = try (0..<100).map { try Handle("a\($0).com") }
    for handle in handles { _ = try await cache.did(of: handle) }
    #expect(base.calls == 100)
    // The last ones are cached, the first ones are not.
    for handle in handles.suffix(5) { _ = try await cache.did(of: handle) }
    #expect(base.calls == 100)
    for handle in handles.prefix(5) { _ = try await cache.did(of: handle) }
    #expect(base.calls == 105)
  }
}
