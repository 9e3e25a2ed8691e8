import ATProtoRepo
import RelayTestSupport
import Synchronization
import Testing

@testable import Relay

/// From which event a host is read.
@Suite struct HostCursorTests {
  @Test func lowTrafficHostLosesNoEventBetweenConnections() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        // The host has no events while the first connection stands.
        try await relay.crawl(network.host)
        relay.clock.advance(by: .seconds(2))
        network.host.dropConnections()
        #expect(try await until { relay.disconnects("lost") == 1 })
        network.host.emit(account.account)
        try await relay.waitForAttempt()
        #expect(try await until { relay.arrived(from: network.host) == [1] })
        #expect(network.host.cursors == [nil, 0])
        // One event is enough for a cursor.
        network.host.dropConnections()
        #expect(try await until { relay.disconnects("lost") == 2 })
        network.host.emit(account.account)
        try await relay.waitForAttempt()
        #expect(try await until { relay.arrived(from: network.host) == [1, 2] })
        #expect(network.host.cursors == [nil, 0, 1])
      }
    }
  }

  @Test func lowTrafficHostLosesNoEventWhileTheRelayRestarts() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let store = MemoryRelayStore()
      try await HostsFixture(store: store).run { try await $0.crawl(network.host) }
      network.host.emit(account.account)
      try await HostsFixture(store: store).run { relay in
        let isRead = try await until { relay.arrived(from: network.host) == [1] }
        #expect(isRead)
        #expect(network.host.cursors == [nil, 0])
      }
    }
  }

  @Test func firstEventIsReadAgainIfItWasNotFinished() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      network.host.skip(6)
      let store = MemoryRelayStore()
      let fixture = HostsFixture(store: store)
      fixture.isHolding = true
      try await fixture.run { relay in
        try await relay.crawl(network.host)
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [7] })
        let progress = try #require(relay.hosts.progress.first)
        try await store.write {
          try $0.hosts.setProgress(
            of: progress.host,
            cursor: progress.cursor,
            ahead: progress.ahead
          )
        }
      }
      // The process was killed before the event was on disk.
      try await HostsFixture(store: store).run { relay in
        let isReadAgain = try await until { relay.arrived(from: network.host) == [7] }
        #expect(isReadAgain)
        #expect(network.host.cursors == [nil, 6])
      }
    }
  }

  /// If the process were killed before the next checkpoint, it would otherwise restart at the end
  /// of the host's stream.
  @Test func cursorIsStoredBeforeTheFirstEventIsTaken() async throws {
    struct DiskFull: Error {}
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      network.host.skip(6)
      let calls = Mutex(0)
      let fixture = HostsFixture(storeProgress: {
        let count = calls.withLock { count in
          count += 1
          return count
        }
        if count == 1 { throw DiskFull() }
      })
      try await fixture.run { relay in
        try await relay.crawl(network.host)
        network.host.emit(account.account)
        #expect(try await until { relay.disconnects("lost") == 1 })
        #expect(calls.withLock { $0 } == 1)
        #expect(relay.arrived(from: network.host) == [])
        #expect(relay.hosts.progress.map(\.cursor) == [6])
        try await relay.waitForAttempt()
        #expect(try await until { relay.arrived(from: network.host) == [7] })
        for _ in 0..<3 { network.host.emit(account.account) }
        #expect(try await until { relay.arrived(from: network.host) == [7, 8, 9, 10] })
        #expect(calls.withLock { $0 } == 2)
        #expect(network.host.cursors == [nil, 6])
      }
    }
  }

  @Test func eventsThatAreUnderWayAreNotTakenTwice() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let fixture = HostsFixture()
      fixture.isHolding = true
      try await fixture.run { relay in
        try await relay.crawl(network.host)
        for _ in 0..<4 { network.host.emit(account.account) }
        #expect(try await until { relay.arrived(from: network.host).count == 4 })
        relay.held[0].finish(.accepted(sequence: 1))
        relay.held[2].finish(.rejected(.malformed))
        #expect(try await relay.view(network.host).row.cursor == 1)
        #expect(try await relay.view(network.host).row.ahead == [3..<4])
        network.host.dropConnections()
        try await relay.waitForAttempt()
        #expect(try await until { network.host.cursors == [nil, 1] })
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1, 2, 3, 4, 5] })
        relay.release()
        #expect(try await until { try await relay.view(network.host).row.cursor == 5 })
      }
    }
  }

  @Test func abandonedEventIsReadAgain() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let fixture = HostsFixture()
      fixture.isHolding = true
      try await fixture.run { relay in
        try await relay.crawl(network.host)
        for _ in 0..<3 { network.host.emit(account.account) }
        #expect(try await until { relay.arrived(from: network.host).count == 3 })
        relay.isHolding = false
        relay.held[1].finish(.abandoned)
        relay.release()
        try await relay.waitForAttempt()
        #expect(try await until { relay.arrived(from: network.host) == [1, 2, 3, 2] })
        #expect(network.host.cursors == [nil, 1])
        #expect(try await until { try await relay.view(network.host).row.cursor == 3 })
      }
    }
  }
}
