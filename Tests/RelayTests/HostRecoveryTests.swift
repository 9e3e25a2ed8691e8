import ATProtoRepo
import RelayTestSupport
import Testing

@testable import Relay

/// Hosts that come back.
@Suite struct HostRecoveryTests {
  @Test(arguments: [false, true])
  func hostIsActiveAgainAfterFutureCursorAndRequestCrawl(isAdministrator: Bool) async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        for _ in 0..<5 { network.host.emit(account.account) }
        #expect(try await until { relay.arrived(from: network.host).count == 5 })
        // The host loses its database.
        network.host.resetNumbers()
        network.host.dropConnections()
        try await relay.waitForAttempt()
        #expect(try await until { try await relay.status(network.host) == .idle })
        #expect(network.host.cursors == [nil, 5])
        // It restores it, or an administrator decides that its numbers are new.
        if !isAdministrator { for _ in 0..<5 { network.host.emit(account.account) } }
        relay.clock.advance(by: .seconds(10))
        try await relay.crawl(network.host, isAdministrator: isAdministrator)
        #expect(network.host.cursors == [nil, 5, isAdministrator ? 0 : 5])
        network.host.emit(account.account)
        #expect(
          try await until {
            relay.arrived(from: network.host).last == (isAdministrator ? 1 : 6)
          }
        )
        #expect(try await relay.status(network.host) == .active)
        #expect(try await relay.view(network.host).row.cursor == (isAdministrator ? 1 : 6))
      }
    }
  }

  @Test func hostThatRefusesItsCursorForADayStartsOverWithoutAnOperator() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        for _ in 0..<5 { network.host.emit(account.account) }
        #expect(try await until { relay.arrived(from: network.host).count == 5 })
        network.host.resetNumbers()
        network.host.dropConnections()
        let start = relay.clock.now
        while network.host.cursors.dropFirst().allSatisfy({ $0 == 5 }) {
          let count = network.host.cursors.count
          try await relay.waitForAttempt()
          #expect(try await until { network.host.cursors.count > count })
        }
        #expect(relay.clock.now >= start + 24 * HostState.hour)
        #expect(network.host.cursors.last == .some(0))
        #expect(try await until { try await relay.view(network.host).isConnected })
        network.host.emit(account.account)
        #expect(try await until { try await relay.view(network.host).row.cursor == 1 })
        #expect(try await relay.status(network.host) == .active)
        #expect(relay.warnings(network.host, "cursorReset") == 1)
      }
    }
  }

  @Test func hostThatStartsOverWithoutAnErrorIsReadByItsNewNumbers() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        for _ in 0..<5 { network.host.emit(account.account) }
        #expect(try await until { relay.arrived(from: network.host).count == 5 })
        network.host.behavior.acceptsFutureCursors = true
        network.host.resetNumbers()
        network.host.dropConnections()
        try await relay.waitForAttempt()
        #expect(try await until { network.host.cursors == [nil, 5] })
        for _ in 0..<3 { network.host.emit(account.account) }
        #expect(
          try await until { relay.arrived(from: network.host) == [1, 2, 3, 4, 5, 1, 2, 3] }
        )
        #expect(relay.warnings(network.host, "sequenceBehindCursor") == 1)
        #expect(try await until { try await relay.view(network.host).row.cursor == 3 })
        network.host.dropConnections()
        try await relay.waitForAttempt()
        #expect(try await until { network.host.cursors == [nil, 5, 3] })
      }
    }
  }

  @Test func eventsFromBeforeASequenceResetHaveNoSequenceNumber() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let fixture = HostsFixture()
      try await fixture.run { relay in
        try await relay.crawl(network.host)
        for _ in 0..<3 { network.host.emit(account.account) }
        #expect(try await until { try await relay.view(network.host).row.cursor == 3 })
        fixture.isHolding = true
        network.host.emit(account.account)
        #expect(try await until { relay.held.count == 1 })
        #expect(relay.held[0].currentSequence == 4)
        network.host.behavior.acceptsFutureCursors = true
        network.host.resetNumbers()
        network.host.dropConnections()
        try await relay.waitForAttempt()
        #expect(try await until { network.host.cursors == [nil, 3] })
        network.host.emit(account.account)
        #expect(try await until { relay.held.count == 2 })
        #expect(relay.held.map(\.currentSequence) == [nil, 1])
      }
    }
  }

  /// Recovery would mistake the number for that of another event.
  @Test func eventFromBeforeASequenceResetIsLoggedWithoutItsSequenceNumber() async throws {
    let fixture = try await LogFixture()
    for isCurrent in [true, false] {
      let host = HostID(rawValue: 1)
      let ticket = EventTicket(host: host, sequence: 9, size: 0, { _, _ in }) { isCurrent }
      fixture.writer.submit(LogFixture.entry(ticket: ticket))
    }
    try await fixture.writer.drain()
    let records = try await fixture.storage.log.records(after: 0, maximumBytes: .max)
    #expect(records.map(\.upstreamSequence) == [9, nil])
  }

  @Test func largestNumberOfAHostHarmsOnlyItself() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        let largest = 1 << 53 - 1
        network.host.send(SimulatedFrame.event(account.account, sequence: largest))
        #expect(try await until { relay.arrived(from: network.host) == [largest] })
        #expect(try await until { try await relay.view(network.host).row.cursor == largest })
        network.host.dropConnections()
        try await relay.waitForAttempt()
        #expect(try await until { network.host.cursors == [nil, largest] })
      }
    }
  }

  @Test func offlineHostIsOfflineAfterARestartAndReturns() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let (store, clock) = (MemoryRelayStore(), ManualClock())
      try await HostsFixture(store: store, clock: clock).run { relay in
        try await relay.crawl(network.host)
        await network.host.stop()
        try await relay.waitUntilOffline(network.host)
      }
      try await network.host.restart()
      try await HostsFixture(store: store, clock: clock).run { relay in
        #expect(try await relay.status(network.host) == .offline)
        #expect(network.host.connectionCount == 0)
        try await relay.waitForAttempt()
        #expect(try await until { network.host.connectionCount == 1 })
        network.host.emit(account.account)
        #expect(try await until { try await relay.status(network.host) == .active })
      }
    }
  }

  @Test func offlineHostIsActiveOnceItSendsEvents() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1] })
        await network.host.stop()
        try await relay.waitUntilOffline(network.host)
        #expect(try await relay.view(network.host).isConnected == false)
        try await network.host.restart()
        try await relay.waitForAttempt()
        #expect(try await until { network.host.connectionCount == 1 })
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1, 2] })
        #expect(try await relay.status(network.host) == .active)
      }
    }
  }

  @Test(arguments: [false, true])
  func hostReturnsAfterMonthsByRequestAndWithoutIt(isRequested: Bool) async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1] })
        await network.host.stop()
        let start = relay.clock.now
        while relay.clock.now < start + 90 * 24 * HostState.hour {
          try await relay.waitForAttempt()
        }
        try await network.host.restart()
        if isRequested {
          relay.clock.advance(by: .seconds(10))
          try await relay.crawl(network.host)
        } else {
          let now = relay.clock.now
          try await relay.waitForAttempt()
          #expect(relay.clock.now <= now + 24 * HostState.hour)
        }
        #expect(try await until { network.host.cursors == [nil, 1] })
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1, 2] })
        #expect(try await relay.status(network.host) == .active)
      }
    }
  }
}
