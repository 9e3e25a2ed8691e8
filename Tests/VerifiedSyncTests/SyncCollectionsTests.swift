import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing

@testable import VerifiedSync

/// The boundary of all repositories with a record in some collections.
@Suite struct SyncCollectionsTests {
  private static let byCollection = "/xrpc/com.atproto.sync.listReposByCollection"
  private static let all = "/xrpc/com.atproto.sync.listRepos"
  private static let fetch = "/xrpc/com.atproto.sync.getRepo"

  private static func boundary(_ patterns: String...) -> SyncBoundary {
    .collections(patterns.compactMap { CollectionPattern($0) })
  }

  private static func post(_ number: Int) -> RecordWrite {
    SimulatedAccount.create("app.example.post", number)
  }

  private static func list(_ accounts: [SimulatedAccount], cursor: String? = nil) -> SimulatedReply
  {
    let rows = accounts.map { account in
      """
      {"did":"\(account.did.string)","head":"\(account.head.data.string)",\
      "rev":"\(account.head.rev.string)","active":\(account.status.isActive)}
      """
    }
    let end = cursor.map { ",\"cursor\":\"\($0)\"" } ?? ""
    return .json("{\"repos\":[\(rows.joined(separator: ","))]\(end)}")
  }

  private static func count(_ path: String, _ host: SimulatedHost) -> Int {
    host.requests.count { $0.path == path }
  }

  // MARK: Lists

  @Test func repositoriesAreFoundByCollection() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: [Self.post(1)])
      // A relay that repeats its cursor must not keep the consumer busy forever.
      network.host.behavior.replies[Self.byCollection] = Self.list([account], cursor: "again")
      try await ConsumerFixture.run(on: network, boundary: Self.boundary("app.example.post")) {
        test async throws in
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create app.example.post/r1"]
        )
        _ = try await until { test.consumer.activity().discovery.isComplete }
        #expect(Self.count(Self.byCollection, test.host) == 2)
        #expect(Self.count(Self.all, test.host) == 0)
      }
    }
  }

  @Test(arguments: [404, 501, 403])
  func allRepositoriesAreListedWithoutTheMethod(_ status: Int) async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: [Self.post(1)])
      let name = status == 403 ? "Forbidden" : "MethodNotImplemented"
      network.host.behavior.replies[Self.byCollection] =
        .json(#"{"error":"\#(name)","message":"no"}"#, status: status)
      network.host.behavior.replies[Self.all] = Self.list([account])
      try await ConsumerFixture.run(
        on: network,
        boundary: Self.boundary("app.example.post", "app.example.like"),
        configure: { $0.firstRetry = .milliseconds(10) }
      ) { test async throws in
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create app.example.post/r1"]
        )
        _ = try await until { test.consumer.activity().discovery.isComplete }
        #expect(Self.count(Self.all, test.host) == 1)
      }
    }
  }

  @Test func prefixListsAllRepositories() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: [Self.post(1)])
      let inactive = network.makeAccount(writes: [Self.post(1)])
      inactive.status = .inactive("deactivated")
      network.host.behavior.replies[Self.all] = Self.list([account, inactive])
      try await ConsumerFixture.run(on: network, boundary: Self.boundary("app.example.*")) {
        test async throws in
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create app.example.post/r1"]
        )
        #expect(Self.count(Self.byCollection, test.host) == 0)
        #expect(try await test.phase(inactive) == .deactivated)
        #expect(network.plc.lookups(of: inactive.did) == 0)
      }
    }
  }

  // MARK: Unknown accounts

  @Test func firstCommitOfAnUnknownAccountIsTakenWithoutAFetch() async throws {
    try await RelayFixture.run { network in
      network.host.behavior.replies[Self.byCollection] = Self.list([])
      try await ConsumerFixture.run(on: network, boundary: Self.boundary("app.example.post")) {
        test async throws in
        let account = network.makeAccount(writes: [Self.post(1)])
        test.host.emit(account.lastCommit)
        test.host.emit(account.commit([Self.post(2)]))
        #expect(
          try await Set(test.summaries(3)) == [
            "identity active", "live create app.example.post/r1", "live create app.example.post/r2",
          ]
        )
        _ = try await until { try await test.phase(account) == .active }
        #expect(Self.count(Self.fetch, test.host) == 0)
      }
    }
  }

  @Test func forgedFirstCommitIsDroppedAndTheRepositoryFetched() async throws {
    try await RelayFixture.run { network in
      network.host.behavior.replies[Self.byCollection] = Self.list([])
      try await ConsumerFixture.run(on: network, boundary: Self.boundary("app.example.post")) {
        test async throws in
        let account = network.makeAccount(writes: [Self.post(1)])
        let forger = SimulatedAccount(
          did: account.did,
          pds: test.host.url,
          writes: [Self.post(66)]
        )
        test.host.emit(forger.lastCommit)
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create app.example.post/r1"]
        )
        _ = try await until { try await test.phase(account) == .active }
        #expect(test.consumer.activity().counters.rejections[.badSignature] == 1)
      }
    }
  }

  @Test func laterCommitOfAnUnknownAccountLeadsToAFetchOnlyInWantedCollections() async throws {
    try await RelayFixture.run { network in
      network.host.behavior.replies[Self.byCollection] = Self.list([])
      let wanted = network.makeAccount(writes: [Self.post(1)])
      let other = network.makeAccount(writes: [Self.post(1)])
      try await ConsumerFixture.run(on: network, boundary: Self.boundary("app.example.post")) {
        test async throws in
        test.host.emit(other.commit([SimulatedAccount.create("app.example.like", 1)]))
        test.host.emit(wanted.commit([Self.post(2)]))
        #expect(
          try await Set(test.summaries(3)) == [
            "identity active", "create app.example.post/r1", "create app.example.post/r2",
          ]
        )
        #expect(try await test.consumer.repository(other.did) == nil)
        #expect(network.plc.lookups(of: other.did) == 0)
      }
    }
  }

  // MARK: Fetching

  @Test func redirectOfTheRelayLeadsToThePDS() async throws {
    try await RelayFixture.run(hosts: 2) { network in
      let host = network.hosts[1]
      let account = network.makeAccount(on: host, writes: [Self.post(1)])
      network.host.behavior.replies[Self.fetch] = .redirect(
        to: "\(host.url)\(Self.fetch)?did=\(account.did.string)"
      )
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did]),
        configure: { $0.fetchesFromRelay = true }
      ) { test async throws in
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create app.example.post/r1"]
        )
        #expect(Self.count(Self.fetch, network.host) == 1)
        #expect(Self.count(Self.fetch, host) == 1)
      }
    }
  }

  @Test func repositoryIsFetchedFromThePDSIfTheRelayServesSomethingElse() async throws {
    try await RelayFixture.run(hosts: 2) { network in
      let account = network.makeAccount(on: network.hosts[1], writes: [Self.post(1)])
      // Signed with another key.
      let forger = SimulatedAccount(did: account.did, pds: network.host.url, writes: [Self.post(6)])
      network.host.behavior.replies[Self.fetch] = .response(
        200,
        fields: ["Content-Type": "application/vnd.ipld.car"],
        body: forger.car
      )
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did]),
        configure: { $0.fetchesFromRelay = true }
      ) { test async throws in
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create app.example.post/r1"]
        )
      }
    }
  }

  // MARK: The stream

  /// Only repositories that have changed are fetched.
  @Test func resetStreamContinuesAndRevisionsAreCompared() async throws {
    try await RelayFixture.run { network in
      let changed = network.makeAccount(writes: [Self.post(1)])
      let same = network.makeAccount(writes: [Self.post(1)])
      network.host.behavior.replies[Self.byCollection] = Self.list([changed, same])
      let store = MemorySyncStore()
      let boundary = Self.boundary("app.example.post")
      try await ConsumerFixture.run(on: network, store: store, boundary: boundary) {
        test async throws in
        _ = try await test.events(4)
        for each in [changed, same] {
          _ = try await until { try await test.phase(each) == .active }
        }
        test.host.skip(100)
        test.host.emit(same.identity)
        _ = try await until { store.cursor(of: test.host.url) == 101 }
        _ = try await until { store.counts().events == 0 }
      }
      // The relay has lost its database, and events in it.
      network.host.resetNumbers()
      _ = changed.commit([Self.post(2)])
      network.host.behavior.replies[Self.all] = Self.list([changed, same])
      let before = network.host.requests.count
      try await ConsumerFixture.run(
        on: network,
        store: store,
        boundary: boundary,
        configure: { $0.isUnattended = true }
      ) { test async throws in
        #expect(try await test.summaries(1) == ["create app.example.post/r2"])
        _ = try await until { try await test.phase(changed) == .active }
        test.host.emit(same.commit([Self.post(3)]))
        #expect(try await test.summaries(1) == ["live create app.example.post/r3"])
        _ = try await until { store.cursor(of: test.host.url) == 1 }
        // On a busy machine, a fetch that takes too long is repeated.
        let fetched = network.host.requests.dropFirst(before).filter { $0.path == Self.fetch }
        #expect(!fetched.isEmpty)
        #expect(fetched.allSatisfy { $0.query["did"] == changed.did.string })
        #expect(test.notices.contains("reset"))
      }
    }
  }

  @Test func futureCursorBeforeTheUpgradeResetsTheStream() async throws {
    let stream = "/xrpc/com.atproto.sync.subscribeRepos"
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: [Self.post(1)])
      let store = MemorySyncStore()
      let boundary = SyncBoundary.repositories([account.did])
      try await ConsumerFixture.run(on: network, store: store, boundary: boundary) {
        test async throws in
        _ = try await test.events(2)
        test.host.emit(account.identity)
        _ = try await until { store.cursor(of: test.host.url) == 1 }
        _ = try await until { store.counts().events == 0 }
      }
      network.host.behavior.replies[stream] = .json(#"{"error":"FutureCursor"}"#, status: 400)
      try await ConsumerFixture.run(
        on: network,
        store: store,
        boundary: boundary,
        configure: { $0.isUnattended = true }
      ) { test async throws in
        _ = try await until { test.notices.contains("reset") }
        test.host.behavior.replies = [:]
        _ = try await until { test.notices.contains("connected(cursor: nil)") }
        test.host.emit(account.commit([Self.post(2)]))
        // The repository may be fetched at the same time.
        let summary = try await test.summaries(1).first
        #expect(summary?.hasSuffix("create app.example.post/r2") == true)
      }
    }
  }

  /// It would arrive again after each reconnection.
  @Test func frameThatIsTooLargeIsSkippedByAnUnattendedConsumer() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did]),
        configure: { $0.isUnattended = true }
      ) { test async throws in
        _ = try await test.events(1)
        _ = try await until { try await test.phase(account) == .active }
        test.host.append { _ in Array(repeating: 0, count: SyncLimits.default.frame + 1) }
        test.host.emit(account.commit())
        #expect(try await test.summaries(1) == ["live create app.example.post/r1"])
        #expect(!test.notices.contains("disconnected"))
        #expect(test.consumer.activity().counters.rejections[.tooLarge] == 1)
      }
    }
  }

  @Test func malformedFrameIsSkippedByAnUnattendedConsumer() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did]),
        configure: { $0.isUnattended = true }
      ) { test async throws in
        _ = try await test.events(1)
        _ = try await until { try await test.phase(account) == .active }
        test.host.append { _ in [0xFF, 0x00] }
        test.host.emit(account.commit())
        #expect(try await test.summaries(1) == ["live create app.example.post/r1"])
        #expect(!test.notices.contains("disconnected"))
        #expect(test.consumer.activity().counters.rejections[.malformed] == 1)
      }
    }
  }
}
