import ATProtoRepo
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct BanTests {
  private func isRefused(_ host: SimulatedHost, _ relay: HostsFixture) async -> Bool {
    do {
      try await relay.crawl(host, isAdministrator: true)
      return false
    } catch {
      return (error as? CrawlError)?.code == .hostBanned
    }
  }

  private func name(_ host: SimulatedHost) throws -> HostName {
    try HostName(host.name, allowsLocal: true)
  }

  @Test func bannedHostIsDisconnectedUntilTheBanIsLifted() async throws {
    try await RelayFixture.run { network in
      let store = MemoryRelayStore()
      let account = network.makeAccount()
      try await HostsFixture(store: store).run { relay in
        try await relay.crawl(network.host)
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1] })
        try await relay.hosts.block(name(network.host))
        #expect(try await until { network.host.connectionCount == 0 })
        #expect(try await relay.status(network.host) == .banned)
        #expect(await isRefused(network.host, relay))
        relay.clock.advance(by: .seconds(7 * 24 * 3600))
        let progress = try #require(relay.hosts.progress.first)
        try await store.write {
          try $0.hosts.setProgress(of: progress.host, cursor: progress.cursor, ahead: [])
        }
      }
      // It survives a restart.
      try await HostsFixture(store: store).run { relay in
        #expect(await isRefused(network.host, relay))
        network.host.emit(account.account)
        try await relay.hosts.unblock(name(network.host))
        #expect(try await until { relay.arrived(from: network.host) == [2] })
        #expect(try await relay.status(network.host) == .active)
      }
      #expect(network.host.cursors == [nil, 1])
    }
  }

  @Test func bannedDomainIncludesItsHosts() async throws {
    try await RelayFixture.run(hosts: 2) { network in
      let store = MemoryRelayStore()
      try await HostsFixture(store: store).run { relay in
        try await relay.crawl(network.hosts[0])
        try await relay.hosts.ban(domain: "LOCALHOST")
        #expect(try await until { network.hosts[0].connectionCount == 0 })
        #expect(try await relay.status(network.hosts[0]) == .banned)
        #expect(await isRefused(network.hosts[1], relay))
        #expect(try await relay.hosts.bannedDomains() == ["localhost"])
      }
      try await HostsFixture(store: store).run { relay in
        #expect(try await relay.status(network.hosts[0]) == .banned)
        try await relay.hosts.block(name(network.hosts[0]))
        try await relay.hosts.unban(domain: "localhost")
        #expect(try await relay.hosts.bannedDomains() == [])
        // The host itself is still banned.
        #expect(await isRefused(network.hosts[0], relay))
        try await relay.hosts.unblock(name(network.hosts[0]))
        #expect(try await until { network.hosts[0].connectionCount == 1 })
        try await relay.crawl(network.hosts[1])
      }
    }
  }

  @Test(arguments: ["", ".", ".com", "com.", "exa mple.com", "https://example.com", "é.com"])
  func otherTextIsNotADomain(_ text: String) async throws {
    let fixture = HostsFixture()
    await #expect(throws: CrawlError(.badHostname, "")) {
      try await fixture.hosts.ban(domain: text)
    }
    await #expect(throws: CrawlError(.badHostname, "")) {
      try await fixture.hosts.unban(domain: text)
    }
  }

  @Test func unknownHostCannotBeChanged() async throws {
    let fixture = HostsFixture()
    let name = try HostName("pds.example.com", allowsLocal: false)
    for change in [
      { try await fixture.hosts.block(name) }, { try await fixture.hosts.unblock(name) },
      { try await fixture.hosts.disconnect(name, blocks: false) },
      { try await fixture.hosts.disconnect(name, blocks: true) },
      { try await fixture.hosts.setAccountLimit(1, of: name) },
      { try await fixture.hosts.setAlertsSilenced(true, of: name) },
    ] as [@Sendable () async throws -> Void] {
      await #expect(throws: CrawlError(.unknownHost, "")) { try await change() }
    }
  }

  @Test func disconnectedHostIsConnectedAgain() async throws {
    try await RelayFixture.run { network in
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        try await relay.hosts.disconnect(name(network.host), blocks: false)
        #expect(try await until { network.host.connectionCount == 0 })
        await #expect(throws: CrawlError(.notConnected, "")) {
          try await relay.hosts.disconnect(name(network.host), blocks: false)
        }
        try await relay.waitForAttempt()
        #expect(try await until { network.host.connectionCount == 1 })
        try await relay.hosts.disconnect(name(network.host), blocks: true)
        #expect(try await until { network.host.connectionCount == 0 })
        #expect(try await relay.status(network.host) == .banned)
      }
    }
  }
}
