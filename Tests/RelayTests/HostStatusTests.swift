import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct HostStatusTests {
  /// Other relays show what they stored once.
  @Test func statusAndAccountCountOfHostsFollowReality() async throws {
    try await RelayFixture.run(hosts: 2) { network in
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        let sync = relay.client.comAtproto.sync
        let (first, second) = (network.hosts[0], network.hosts[1])
        let accounts = (0..<3).map { _ in network.makeAccount(on: first) }
        try await relay.crawl(first)
        try await relay.crawl(second)
        for host in network.hosts { #expect(try await until { host.connectionCount == 1 }) }

        func count(_ host: SimulatedHost, _ expected: Int) async throws -> Bool {
          try await until {
            let status = try await sync.getHostStatus(.init(hostname: host.name))
            return status.accountCount == expected
          }
        }
        // Without an identity event, the relay may look the identity up again at once.
        for account in accounts { first.emit(account.lastCommit) }
        #expect(try await count(first, 3))
        #expect(try await count(second, 0))
        first.emit(accounts[0].become(.inactive("deleted")))
        #expect(try await count(first, 2))
        first.emit(accounts[1].become(.inactive("deactivated")))
        // An account that is only deactivated still counts.
        #expect(try await count(first, 2))
        accounts[2].pds = second.url
        second.add(accounts[2])
        second.emit(accounts[2].identity)
        #expect(try await count(first, 1))
        #expect(try await count(second, 1))

        let rows = try await sync.listHosts().hosts
        #expect(rows.map(\.hostname) == [first.name, second.name])
        #expect(rows.map(\.accountCount) == [1, 1])
        #expect(rows.map(\.status) == [.active, .active])
        #expect(rows.map(\.seq) == network.hosts.map(\.lastSequence))
        _ = try await relay.administer(.post, "/admin/pds/block?host=\(second.name)")
        #expect(
          try await sync.getHostStatus(.init(hostname: second.name)).status == .banned
        )
        _ = try await relay.administer(.post, "/admin/pds/unblock?host=\(second.name)")
        #expect(try await until { second.connectionCount == 1 })
        #expect(
          try await sync.getHostStatus(.init(hostname: second.name)).status == .active
        )
      }
    }
  }
}
