import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing
import XRPCClient

@testable import VerifiedSync

@Suite struct SyncConsumerTests {
  private static func writes(_ numbers: Range<Int>) -> [RecordWrite] {
    numbers.map { SimulatedAccount.create("app.example.post", $0) }
  }

  @Test func historyIsFollowedByLiveEvents() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: Self.writes(1..<4))
      try await ConsumerFixture.run(on: network, boundary: .repositories([account.did])) {
        test async throws in
        let history = try await test.summaries(4)
        #expect(
          Set(history) == [
            "identity active", "create app.example.post/r1", "create app.example.post/r2",
            "create app.example.post/r3",
          ]
        )
        test.host.emit(account.commit([SimulatedAccount.create("app.example.like", 1)]))
        test.host.emit(account.commit([.delete(SimulatedAccount.path("app.example.post", 2))]))
        #expect(
          try await test.summaries(2) == [
            "live create app.example.like/r1", "live delete app.example.post/r2",
          ]
        )
        _ = try await until { try await test.phase(account) == .active }
        let repository = try #require(try await test.consumer.repository(account.did))
        #expect(repository.head?.data == account.head.data)
        #expect(try await test.store.counts().records == 3)
      }
    }
  }

  @Test func eventsHaveTheRecordAndItsCID() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: Self.writes(1..<2))
      try await ConsumerFixture.run(on: network, boundary: .repositories([account.did])) {
        test async throws in
        let events = try await test.events(2)
        let change = try #require(
          events.compactMap { event -> RecordChange? in
            if case .record(let change) = event.kind { change } else { nil }
          }.first
        )
        let bytes = SimulatedAccount.record("app.example.post", 1)
        #expect(change.record?.cborBytes() == bytes)
        #expect(change.cid == CID(hashingDAGCBOR: bytes))
        #expect(change.rev == account.head.rev)
        #expect(change.did == account.did)
      }
    }
  }

  @Test func onlyWantedCollectionsAreDelivered() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(
        writes: Self.writes(1..<3) + [SimulatedAccount.create("com.example.other", 1)]
      )
      let pattern = try #require(CollectionPattern("com.example.*"))
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did]),
        configure: { configuration in configuration.collections = [pattern] }
      ) { test async throws in
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create com.example.other/r1"]
        )
        test.host.emit(account.commit(Self.writes(5..<6)))
        test.host.emit(account.commit([SimulatedAccount.create("com.example.other", 2)]))
        #expect(try await test.summaries(1) == ["live create com.example.other/r2"])
      }
    }
  }

  @Test func otherRepositoriesAreIgnored() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let other = network.makeAccount(writes: Self.writes(101..<103))
      try await ConsumerFixture.run(on: network, boundary: .repositories([account.did])) {
        test async throws in
        #expect(try await test.summaries(1) == ["identity active"])
        _ = try await until { try await test.phase(account) == .active }
        test.host.emit(other.commit())
        test.host.emit(account.commit())
        #expect(try await test.summaries(1) == ["live create app.example.post/r1"])
        #expect(try await test.consumer.repository(other.did) == nil)
      }
    }
  }

  @Test func signalCollectionBringsInRepositories() async throws {
    try await RelayFixture.run { network in
      let old = network.makeAccount(writes: Self.writes(1..<2))
      let new = network.makeAccount(writes: [SimulatedAccount.create("app.example.like", 1)])
      network.host.behavior.replies["/xrpc/com.atproto.sync.listReposByCollection"] =
        .json(#"{"repos":[{"did":"\#(old.did)"}]}"#)
      try await ConsumerFixture.run(
        on: network,
        boundary: .signal("app.example.post")
      ) { test async throws in
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create app.example.post/r1"]
        )
        test.host.emit(new.commit([SimulatedAccount.create("app.example.like", 2)]))
        test.host.emit(new.commit(Self.writes(7..<8)))
        let events = try await test.summaries(4)
        #expect(events.contains("create app.example.like/r1"))
        #expect(events.contains("create app.example.post/r7"))
      }
    }
  }

  /// Accounts that write nothing are found in the relay's list.
  @Test func allRepositoriesOfTheRelayAreFollowed() async throws {
    try await RelayFixture.run { network in
      let quiet = network.makeAccount(writes: Self.writes(1..<2))
      let other = network.makeAccount()
      let repository = """
        {"did":"\(quiet.did.string)","head":"\(quiet.head.data.string)",\
        "rev":"\(quiet.head.rev.string)","active":true}
        """
      network.host.behavior.replies["/xrpc/com.atproto.sync.listRepos"] = .json(
        "{\"repos\":[\(repository)]}"
      )
      try await ConsumerFixture.run(on: network, boundary: .network) { test async throws in
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create app.example.post/r1"]
        )
        test.host.emit(other.commit(Self.writes(2..<3)))
        #expect(
          try await Set(test.summaries(2)) == ["identity active", "create app.example.post/r2"]
        )
        #expect(try await test.store.counts().repositories == 2)
      }
    }
  }

  @Test func removedRepositoryIsForgotten() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: Self.writes(101..<102))
      let other = network.makeAccount()
      try await ConsumerFixture.run(on: network) { test async throws in
        try await test.consumer.add([account.did, other.did])
        _ = try await test.events(3)
        try await test.consumer.remove([account.did])
        #expect(try await test.consumer.repository(account.did) == nil)
        #expect(try await test.store.counts().records == 0)
        test.host.emit(account.commit())
        test.host.emit(other.commit())
        #expect(try await test.summaries(1) == ["live create app.example.post/r1"])
      }
    }
  }

  @Test func brokenChainIsHealedWithTheWholeRepository() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: Self.writes(1..<4))
      try await ConsumerFixture.run(on: network, boundary: .repositories([account.did])) {
        test async throws in
        _ = try await test.events(4)
        _ = try await until { try await test.phase(account) == .active }
        // These commits do not arrive.
        _ = account.commit([.delete(SimulatedAccount.path("app.example.post", 1))])
        _ = account.commit(Self.writes(10..<11))
        test.host.emit(account.commit(Self.writes(11..<12)))
        #expect(
          try await Set(test.summaries(3)) == [
            "delete app.example.post/r1", "create app.example.post/r10",
            "create app.example.post/r11",
          ]
        )
        test.host.emit(account.commit(Self.writes(12..<13)))
        #expect(try await test.summaries(1) == ["live create app.example.post/r12"])
      }
    }
  }

  @Test func statusOfAccountsIsDelivered() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: Self.writes(101..<102))
      try await ConsumerFixture.run(on: network, boundary: .repositories([account.did])) {
        test async throws in
        _ = try await test.events(2)
        test.host.emit(account.become(.inactive("takendown")))
        #expect(try await test.summaries(1) == ["identity takendown"])
        _ = try await until { try await test.phase(account) == .takendown }
        test.host.emit(account.become(.active))
        test.host.emit(account.commit())
        #expect(
          try await test.summaries(2) == ["identity active", "live create app.example.post/r1"]
        )
        test.host.emit(account.become(.inactive("deleted")))
        #expect(try await test.summaries(1) == ["identity deleted"])
        _ = try await until { try await test.store.counts().records == 0 }
      }
    }
  }

  @Test func forgedCommitsAreDropped() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await ConsumerFixture.run(on: network, boundary: .repositories([account.did])) {
        test async throws in
        _ = try await test.events(1)
        _ = try await until { try await test.phase(account) == .active }
        let forger = SimulatedAccount(did: account.did, pds: test.host.url)
        test.host.emit(forger.commit(Self.writes(66..<67)))
        test.host.emit(account.commit())
        #expect(try await test.summaries(1) == ["live create app.example.post/r1"])
        #expect(test.notices.contains("badSignature"))
      }
    }
  }

  @Test func restartContinuesAtTheSavedPosition() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let store = MemorySyncStore()
      try await ConsumerFixture.run(
        on: network,
        store: store,
        boundary: .repositories([account.did])
      ) { test async throws in
        _ = try await test.events(1)
        test.host.emit(account.commit())
        _ = try await test.events(1)
        _ = try await until { store.cursor(of: test.consumer.configuration.relay.description) == 1 }
        _ = try await until { store.counts().events == 0 }
      }
      network.host.emit(account.commit())
      try await ConsumerFixture.run(on: network, store: store) { test async throws in
        #expect(try await test.summaries(1) == ["live create app.example.post/r2"])
        #expect(test.host.cursors.last == .some(1))
      }
    }
  }

  @Test func positionIsSavedBeforeTheFirstEvent() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let store = MemorySyncStore()
      network.host.skip(7)
      try await ConsumerFixture.run(
        on: network,
        store: store,
        boundary: .repositories([account.did]),
        configure: { $0.cursorSaveInterval = .seconds(3_600) }
      ) { test async throws in
        _ = try await test.events(1)
        test.host.emit(account.commit())
        _ = try await test.events(1)
        #expect(store.cursor(of: network.host.url) == 7)
      }
    }
  }

  /// The process may have been killed before it received an event, and the account may never write
  /// again.
  @Test func repositoriesAreCheckedIfNoPositionWasSaved() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: Self.writes(1..<3))
      let store = MemorySyncStore()
      try await ConsumerFixture.run(
        on: network,
        store: store,
        boundary: .repositories([account.did])
      ) { test async throws in
        _ = try await test.events(3)
        _ = try await until { try await test.phase(account) == .active }
        _ = try await until { store.counts().events == 0 }
      }
      _ = account.commit(Self.writes(5..<6))
      try await ConsumerFixture.run(on: network, store: store) { test async throws in
        #expect(try await test.summaries(1) == ["create app.example.post/r5"])
        #expect(store.cursor(of: network.host.url) == nil)
      }
    }
  }

  /// The relay no longer has the events of the meantime, and the account may never write again.
  @Test func repositoriesAreCheckedAfterAnOutdatedCursor() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: Self.writes(1..<3))
      let other = network.makeAccount(writes: Self.writes(1..<2))
      let store = MemorySyncStore()
      let boundary = SyncBoundary.repositories([account.did, other.did])
      try await ConsumerFixture.run(
        on: network,
        store: store,
        boundary: boundary
      ) { test async throws in
        _ = try await test.events(5)
        for each in [account, other] {
          _ = try await until { try await test.phase(each) == .active }
        }
        network.host.emit(account.identity)
        _ = try await until { store.cursor(of: network.host.url) != nil }
        _ = try await until { store.counts().events == 0 }
      }
      // The events of these commits never arrive.
      _ = account.commit(Self.writes(5..<6))
      _ = account.commit([.delete(SimulatedAccount.path("app.example.post", 1))])
      try await ConsumerFixture.run(
        on: network,
        store: store,
        boundary: boundary
      ) { test async throws in
        let info = FirehoseEvent.Content.info(name: "OutdatedCursor", message: nil)
        network.host.send(SimulatedFrame.event(info, sequence: 0))
        #expect(
          try await test.summaries(2) == [
            "delete app.example.post/r1", "create app.example.post/r5",
          ]
        )
        _ = try await until { try await test.phase(account) == .active }
        _ = try await until { try await test.phase(other) == .active }
        _ = try await until { store.counts().events == 0 }
        #expect(store.counts() == SyncCounts(repositories: 2, records: 3, events: 0))
      }
    }
  }

  /// Some relays just stream what they have.
  @Test func relayThatStartsOverEndsTheConsumer() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let store = MemorySyncStore()
      var changes = SyncChanges()
      changes.cursors[network.host.url] = 5
      _ = store.apply(changes)
      network.host.skip(5)
      await #expect(throws: SyncConsumerError(.futureCursor, "")) {
        try await ConsumerFixture.run(on: network, store: store) { test in
          network.host.send(SimulatedFrame.event(account.account, sequence: 2))
          try await Task.sleep(for: .seconds(60))
        }
      }
    }
  }

  @Test func relayWaitsWhileTooManyEventsWaitForDelivery() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did]),
        configure: { $0.outboxCapacity = 10 }
      ) { test async throws in
        _ = try await until { try await test.phase(account) == .active }
        let record = String(repeating: "x", count: 20_000)
        for number in 1...400 {
          let value: DataValue = ["$type": "app.example.post", "text": .string(record)]
          let path = SimulatedAccount.path("app.example.post", number)
          test.host.emit(account.commit([.create(path, record: value.cborBytes())]))
        }
        var last = -1
        while try await test.store.counts().events != last {
          last = try await test.store.counts().events
          try await Task.sleep(for: .milliseconds(200))
        }
        #expect(last < 400)
        // One identity event, and all records, each once.
        let events = try await test.events(401)
        #expect(Set(events.map(\.id)).count == 401)
      }
    }
  }

  @Test func futureCursorEndsTheConsumer() async throws {
    try await RelayFixture.run { network in
      let store = MemorySyncStore()
      var changes = SyncChanges()
      changes.cursors[network.host.url] = 1_000
      _ = store.apply(changes)
      await #expect(throws: SyncConsumerError(.futureCursor, "")) {
        try await ConsumerFixture.run(on: network, store: store) { _ in
          try await Task.sleep(for: .seconds(60))
        }
      }
    }
  }
}
