import ATProtoHTTP
import ATProtoRepo
import HTTPTypes
import RelayTestSupport
import Synchronization
import Testing

@testable import Relay

/// A group of hosts cannot use up what all hosts share.
@Suite struct HostShareTests {
  /// Parked events keep their memory until a slow server answers.
  @Test func parkedEventsOfOtherHostsDoNotBlockAHostWithAParkedEvent() async throws {
    try await RelayFixture.run(hosts: 6) { network in
      let account = network.makeAccount()
      let fixture = HostsFixture(
        budget: ByteBudget(perHost: 40_000, all: 100_000, reserve: 10_000)
      )
      fixture.isHolding = true
      try await fixture.run { relay in
        for host in network.hosts { try await relay.crawl(host, isAdministrator: true) }
        let good = network.hosts[5]
        for host in network.hosts.prefix(5) {
          for _ in 0..<10 {
            var message = account.nextMessage()
            message.blocks = Array(repeating: 0, count: 9000)
            host.emit(.commit(message))
          }
        }
        // Not even one more event fits into the total.
        #expect(try await until { relay.hosts.context.budget.total > 136_000 })
        for ticket in relay.held { ticket.park() }
        good.emit(account.account)
        #expect(try await until { relay.arrived(from: good).count == 1 })
        for ticket in relay.held { ticket.park() }
        for _ in 0..<5 { good.emit(account.account) }
        #expect(try await until { relay.arrived(from: good).count == 6 })
        #expect(network.hosts.prefix(5).allSatisfy { relay.arrived(from: $0).count < 10 })
        relay.isHolding = false
        relay.release()
        #expect(
          try await until {
            network.hosts.prefix(5).allSatisfy { relay.arrived(from: $0).count == 10 }
          }
        )
      }
    }
  }

  // MARK: Handshakes

  /// Hosts on a network where those whose name begins with "slow" never complete a handshake.
  private final class Network: Sendable {
    private typealias Stream = AsyncThrowingStream<[UInt8], any Error>

    let gate = CrawlTests.Gate()
    private let connections = Mutex<[String: [Stream.Continuation]]>([:])

    var fixture: HostsFixture {
      HostsFixture(
        HostsConfiguration(),
        transport: InMemoryTransport { [self] request in
          let host = request.authority ?? ""
          if host.hasPrefix("slow") {
            await gate.wait()
            return .refused(HTTPTransportResponse(head: HTTPResponse(status: .serviceUnavailable)))
          }
          let (stream, continuation) = Stream.makeStream()
          connections.withLock { $0[host, default: []].append(continuation) }
          return .opened(stream, head: HTTPResponse(status: .switchingProtocols))
        } respond: { _, _ in
          HTTPTransportStream(
            head: HTTPResponse(status: .ok),
            body: BodyContent.bytes(Array(#"{"did":"did:web:example.com"}"#.utf8)).stream
          )
        }
      )
    }

    /// The number of connections to a host so far.
    func count(_ host: String) -> Int { connections.withLock { $0[host]?.count ?? 0 } }

    func drop(_ host: String) {
      let last = connections.withLock { $0[host]?.last }
      last?.finish()
    }
  }

  private func crawl(_ host: String, _ relay: HostsFixture) async throws {
    _ = try await relay.hosts.requestCrawl(host, isAdministrator: true)
  }

  @Test func hangingHostsDoNotDelayReconnections() async throws {
    let network = Network()
    try await network.fixture.run { relay in
      defer { network.gate.open() }
      let name = HostName(checked: "pds.example.org", usesTLS: true)
      try await crawl(name.text, relay)
      #expect(
        try await until { try await relay.hosts.view(of: name)?.isConnected == true }
      )
      for number in 0..<80 { try await crawl("slow\(number).com", relay) }
      #expect(try await until { network.gate.waiting == Handshakes.maximum })
      network.drop(name.text)
      try await relay.waitForAttempt()
      #expect(try await until { network.count(name.text) == 2 })
      #expect(network.gate.waiting == Handshakes.maximum)
    }
  }

  @Test func hangingHostsOfADomainDoNotDelayNewHosts() async throws {
    let network = Network()
    try await network.fixture.run { relay in
      defer { network.gate.open() }
      for number in 0..<80 { try await crawl("slow\(number).example.com", relay) }
      #expect(try await until { network.gate.waiting == Handshakes.maximumOfDomain })
      try await crawl("pds.example.org", relay)
      #expect(try await until { network.count("pds.example.org") == 1 })
      #expect(network.gate.waiting == Handshakes.maximumOfDomain)
    }
  }
}
