import ATProtoHTTP
import RelayTestSupport
import Testing
import XRPCAsyncHTTPClient

@testable import Relay

@Suite struct PulledHostsTests {
  @Test func hostsOfAnotherRelayAreAddedOrSkippedWithAReason() async throws {
    try await RelayFixture.run(hosts: 4) { network in
      let storage = RelayStorage.memory()
      let configuration = RelayConfiguration(isDevelopment: true)
      let hosts = PulledHosts(configuration, storage, checksHosts: true)
      #expect(try await hosts.add(network.hosts[0].name, status: "active") == "added")
      #expect(try await hosts.add(network.hosts[0].name, status: "active") == "exists")
      #expect(try await hosts.add(network.hosts[1].name, status: nil) == "added")
      #expect(
        try await hosts.add(network.hosts[2].name, status: "banned") == "the host is banned"
      )
      network.hosts[2].behavior.server = "atproto-relay"
      #expect(try await hosts.add(network.hosts[2].name, status: "idle").hasSuffix("is a relay"))
      await network.hosts[3].stop()
      #expect(
        try await hosts.add(network.hosts[3].name, status: "active").hasPrefix("cannot reach")
      )
      #expect(try await hosts.add("192.0.2.1", status: "active").contains("not a valid hostname"))
      try await storage.store.write { try $0.bans.insert("example.com", createdAt: 0) }
      #expect(
        try await hosts.add("pds.example.com", status: "active").contains("is banned")
      )
      let stored = try await storage.store.read {
        try $0.hosts.page(after: nil, limit: 10, includesSilent: true)
      }
      #expect(stored.map(\.name.text) == [network.hosts[0].name, network.hosts[1].name])
    }
  }

  @Test func hostsAreNotCalledIfTheyAreNotChecked() async throws {
    let storage = RelayStorage.memory()
    let hosts = PulledHosts(RelayConfiguration(), storage, checksHosts: false)
    #expect(try await hosts.add("pds.example.com", status: "active") == "added")
    #expect(try await hosts.add("localhost:2583", status: "active") != "added")
  }
}
