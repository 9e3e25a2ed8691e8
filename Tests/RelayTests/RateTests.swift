import ATProtoRepo
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct RateTests {
  private func configuration(perSecond: Int) -> HostsConfiguration {
    HostsConfiguration(allowsInsecureHosts: true, eventsPerSecond: perSecond)
  }

  @Test func hostOverItsQuotaWaitsAndAnotherDoesNot() async throws {
    try await RelayFixture.run(hosts: 2) { network in
      let account = network.makeAccount()
      try await HostsFixture(configuration(perSecond: 10)).run { relay in
        try await relay.crawl(network.hosts[0])
        try await relay.crawl(network.hosts[1])
        for _ in 0..<25 { network.hosts[0].emit(account.account) }
        #expect(try await until { relay.arrived(from: network.hosts[0]).count == 10 })
        for _ in 0..<10 { network.hosts[1].emit(account.account) }
        #expect(try await until { relay.arrived(from: network.hosts[1]).count == 10 })
        #expect(relay.arrived(from: network.hosts[0]).count == 10)
        #expect(try await relay.view(network.hosts[0]).quotas.perSecond == 10)
        // Nothing is lost.
        #expect(
          try await until {
            relay.clock.advance(by: .milliseconds(100))
            return relay.arrived(from: network.hosts[0]) == Array(1...25)
          }
        )
      }
    }
  }

  @Test func trustedHostHasLargerQuotas() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      var configuration = configuration(perSecond: 10)
      configuration.trustedDomains = ["localhost"]
      try await HostsFixture(configuration).run { relay in
        try await relay.crawl(network.host)
        for _ in 0..<1000 { network.host.emit(account.account) }
        #expect(try await until { relay.arrived(from: network.host).count == 1000 })
        let view = try await relay.view(network.host)
        #expect(view.isTrusted && view.quotas == .trusted && view.accountLimit == 10_000_000)
      }
    }
  }

  @Test func longWaitShowsAsThrottledUntilItEnds() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      var configuration = configuration(perSecond: 5000)
      configuration.defaultAccountLimit = 0
      try await HostsFixture(configuration).run { relay in
        try await relay.crawl(network.host)
        for _ in 0..<2501 { network.host.emit(account.account) }
        #expect(try await until { try await relay.status(network.host) == .throttled })
        #expect(relay.arrived(from: network.host).count == 2500)
        // The operator raises the limit, which holds from the next check on.
        try await relay.hosts.setAccountLimit(
          100,
          of: HostName(network.host.name, allowsLocal: true)
        )
        relay.clock.advance(by: .seconds(10))
        #expect(try await until { relay.arrived(from: network.host).count == 2501 })
        #expect(try await until { try await relay.status(network.host) == .active })
        #expect(try await relay.view(network.host).accountLimit == 100)
      }
    }
  }

  @Test func hostThatNeedsTooMuchLaneTimeWaits() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      let fixture = HostsFixture(configuration(perSecond: 100))
      fixture.isHolding = true
      try await fixture.run { relay in
        try await relay.crawl(network.host)
        network.host.emit(account.account)
        #expect(try await until { relay.held.count == 1 })
        relay.held[0].charge(nanoseconds: 300_000_000)
        relay.isHolding = false
        relay.release()
        network.host.emit(account.account)
        #expect(try await until { !relay.clock.alarms.isEmpty })
        #expect(relay.arrived(from: network.host) == [1])
        relay.clock.advance(by: .seconds(2))
        #expect(try await until { relay.arrived(from: network.host) == [1, 2] })
      }
    }
  }
}
