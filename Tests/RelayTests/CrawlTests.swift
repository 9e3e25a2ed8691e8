import ATProtoHTTP
import ATProtoRepo
import HTTPTypes
import MetricsTestKit
import RelayTestSupport
import Synchronization
import Testing
import XRPCAsyncHTTPClient

@testable import Relay

@Suite struct CrawlTests {
  private func code(_ body: () async throws -> Void) async -> CrawlError.Code? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? CrawlError)?.code
    }
  }

  private static let describeServer = "/xrpc/com.atproto.server.describeServer"

  @Test func hostIsStoredOnceAndConnected() async throws {
    try await RelayFixture.run { network in
      try await HostsFixture().run { relay in
        for _ in 0..<3 { try await relay.crawl(network.host) }
        #expect(network.host.requests.count { $0.path == Self.describeServer } == 1)
        #expect(network.host.cursors == [nil])
        let page = try await relay.hosts.page(after: nil, limit: 10, includesSilent: true)
        #expect(page.map(\.row.name.text) == [network.host.name])
        #expect(relay.hosts.connected.map(\.text) == [network.host.name])
        let userAgent = network.host.requests.first?.fields["user-agent"]
        #expect(userAgent?.contains("atproto-relay") == true)
      }
    }
  }

  @Test func concurrentRequestsAddOneHost() async throws {
    try await RelayFixture.run { network in
      try await HostsFixture().run { relay in
        try await withThrowingTaskGroup { group in
          for _ in 0..<20 {
            group.addTask {
              _ = try await relay.hosts.requestCrawl(network.host.name, isAdministrator: false)
            }
          }
          try await group.waitForAll()
        }
        let page = try await relay.hosts.page(after: nil, limit: 10, includesSilent: true)
        #expect(page.count == 1)
        #expect(try await until { network.host.connectionCount == 1 })
      }
    }
  }

  @Test func requestsOfThePublicCanBeDisabled() async throws {
    try await RelayFixture.run { network in
      try await HostsFixture().run { relay in
        relay.hosts.isCrawlEnabled = false
        #expect(await code { try await relay.crawl(network.host) } == .forbidden)
        try await relay.crawl(network.host, isAdministrator: true)
        relay.hosts.isCrawlEnabled = true
        try await relay.crawl(network.host)
      }
    }
  }

  @Test func hostsOnThisMachineNeedPermission() async throws {
    try await RelayFixture.run { network in
      let fixture = HostsFixture(HostsConfiguration(isDevelopment: true))
      try await fixture.run { relay in
        for isAdministrator in [false, true] {
          #expect(
            await code {
              try await relay.crawl(network.host, isAdministrator: isAdministrator)
            } == .badHostname
          )
        }
        for text in ["http://pds.example.com", "ws://pds.example.com"] {
          #expect(
            await code {
              _ = try await relay.hosts.requestCrawl(text, isAdministrator: false)
            } == .insecure
          )
        }
        #expect(network.host.requests.isEmpty)
      }
    }
  }

  @Test func publicRelayDoesNotCallPrivateAddresses() async throws {
    let resolver = FixedHostResolver([
      "a.example.com": [IPAddress("127.0.0.1")!], "b.example.com": [IPAddress("10.0.0.1")!],
      "c.example.com": [IPAddress("169.254.169.254")!], "d.example.com": [IPAddress("::1")!],
    ])
    let fixture = HostsFixture(
      HostsConfiguration(),
      transport: GuardedTransport(
        policy: IPAddressPolicy(plainHTTP: .nowhere),
        resolver: resolver
      )
    )
    try await fixture.run { relay in
      for name in ["a", "b", "c", "d"].map({ "\($0).example.com" }) {
        #expect(
          await code {
            _ = try await relay.hosts.requestCrawl(name, isAdministrator: true)
          } == .hostNotFound
        )
      }
      let stored = try await relay.hosts.page(after: nil, limit: 10, includesSilent: true)
      #expect(stored.isEmpty)
    }
  }

  static let answers: [(name: String, reply: SimulatedReply)] = [
    ("not found", .response(404)), ("server error", .response(500)),
    ("no content", .response(200)), ("not JSON", .json("<html>")), ("not an object", .json("[]")),
    ("no DID", .json("{}")), ("hang-up", .hangUp), ("not HTTP", .raw([0, 1, 2])),
    ("redirect elsewhere", .redirect(to: "ftp://example.com/")),
    ("redirect without a target", .response(302)),
    ("redirect loop", .redirect(to: "/xrpc/com.atproto.server.describeServer")),
    ("redirect to another port", .redirect(to: "http://example.com:8080/")),
    ("a large answer", .json("{\"did\":\"\(String(repeating: "a", count: 100_000))\"}")),
  ]

  @Test(arguments: answers.map(\.name))
  func hostThatDoesNotAnswerAsAPDSIsNotStored(_ name: String) async throws {
    let reply = try #require(Self.answers.first { $0.name == name }?.reply)
    try await RelayFixture.run { network in
      network.host.behavior.replies[Self.describeServer] = reply
      try await HostsFixture().run { relay in
        #expect(await code { try await relay.crawl(network.host) } == .hostNotFound)
        let stored = try await relay.hosts.page(after: nil, limit: 10, includesSilent: true)
        #expect(stored.isEmpty)
        #expect(network.host.requests.count <= 4)
      }
    }
  }

  @Test func relayIsNotCrawled() async throws {
    try await RelayFixture.run { network in
      network.host.behavior.server = "indigo/relay (atproto-relay)"
      try await HostsFixture().run { relay in
        #expect(await code { try await relay.crawl(network.host) } == .isRelay)
        let stored = try await relay.hosts.page(after: nil, limit: 10, includesSilent: true)
        #expect(stored.isEmpty)
      }
    }
  }

  @Test func refusedRequestsAreCountedByReason() async throws {
    try await RelayFixture.run(hosts: 3) { network in
      try await HostsFixture().run { relay in
        func refused(_ expected: CrawlError.Code, _ body: () async throws -> Void) async throws {
          #expect(await code(body) == expected)
          let counter = try relay.metrics.expectCounter(
            "relay_crawl_requests_refused_total",
            [("reason", expected.rawValue)]
          )
          #expect(counter.totalValue == 1, "\(expected)")
        }
        try await relay.crawl(network.hosts[0])
        try await refused(.badHostname) {
          _ = try await relay.hosts.requestCrawl("192.0.2.1", isAdministrator: true)
        }
        try await relay.hosts.ban(domain: "example.com")
        try await refused(.hostBanned) {
          _ = try await relay.hosts.requestCrawl("pds.example.com", isAdministrator: false)
        }
        network.hosts[1].behavior.replies[Self.describeServer] = .response(404)
        try await refused(.hostNotFound) { try await relay.crawl(network.hosts[1]) }
        network.hosts[2].behavior.server = "indigo/relay (atproto-relay)"
        try await refused(.isRelay) { try await relay.crawl(network.hosts[2]) }
        relay.hosts.newHostsPerDay = 1
        try await refused(.tooManyNewHosts) { try await relay.crawl(network.hosts[1]) }
        relay.hosts.isCrawlEnabled = false
        try await refused(.forbidden) { try await relay.crawl(network.hosts[0]) }
      }
    }
  }

  @Test func newHostsPerDayAreLimited() async throws {
    try await RelayFixture.run(hosts: 4) { network in
      try await HostsFixture().run { relay in
        relay.hosts.newHostsPerDay = 2
        try await relay.crawl(network.hosts[0])
        try await relay.crawl(network.hosts[1])
        #expect(await code { try await relay.crawl(network.hosts[2]) } == .tooManyNewHosts)
        // A host that is known is not new, and an administrator is not limited.
        try await relay.crawl(network.hosts[0])
        try await relay.crawl(network.hosts[2], isAdministrator: true)
        relay.clock.advance(by: .seconds(24 * 3600 + 1))
        try await relay.crawl(network.hosts[3])
      }
    }
  }

  @Test func hostsAddedByTheAdministratorDoNotCountTowardTheDailyLimit() async throws {
    try await RelayFixture.run(hosts: 4) { network in
      try await HostsFixture().run { relay in
        relay.hosts.newHostsPerDay = 1
        for host in network.hosts.prefix(3) { try await relay.crawl(host, isAdministrator: true) }
        try await relay.crawl(network.hosts[3])
      }
    }
  }

  @Test func hostWhoseDomainIsBannedDuringItsCallIsNotStored() async throws {
    let gate = Gate()
    let fixture = HostsFixture(
      transport: InMemoryTransport { _, _ in
        await gate.wait()
        return Self.description
      }
    )
    let request = Task {
      await code {
        _ = try await fixture.hosts.requestCrawl("a.example.com", isAdministrator: false)
      }
    }
    #expect(try await until { gate.waiting == 1 })
    try await fixture.hosts.ban(domain: "example.com")
    gate.open()
    #expect(await request.value == .hostBanned)
    #expect(try await fixture.hosts.page(after: nil, limit: 10, includesSilent: true).isEmpty)
  }

  /// Hosts whose name begins with "slow" do not respond until the gate is open.
  private func slowFixture(_ gate: Gate) -> HostsFixture {
    let fixture = HostsFixture(
      transport: InMemoryTransport { request, _ in
        if request.authority?.hasPrefix("slow") == true { await gate.wait() }
        return Self.description
      }
    )
    fixture.hosts.newHostsPerDay = 1000
    return fixture
  }

  @Test func unresponsiveHostsAreLimitedAndDoNotDelayTheAdministrator() async throws {
    let gate = Gate()
    let fixture = slowFixture(gate)
    let requests = (0..<Introductions.maximum).flatMap { number in
      (0..<2).map { _ in
        Task {
          await code {
            _ = try await fixture.hosts.requestCrawl(
              "slow\(number).com",
              isAdministrator: false
            )
          }
        }
      }
    }
    // Requests for the same host share a call.
    #expect(try await until { gate.waiting == Introductions.maximum })
    #expect(
      await code {
        _ = try await fixture.hosts.requestCrawl("fast.example.com", isAdministrator: false)
      } == .tooManyNewHosts
    )
    _ = try await fixture.hosts.requestCrawl("fast.example.com", isAdministrator: true)
    gate.open()
    for request in requests { _ = await request.value }
    #expect(fixture.hosts.state.withLock { $0.introductions.count } == 0)
  }

  @Test(arguments: [
    ("slow%.example.com", "203.0.113.%", Introductions.maximumOfDomain),
    ("slow%.com", "203.0.113.0", Introductions.maximumOfClient),
  ])
  func unresponsiveHostsDoNotDelayOtherCrawlRequests(
    _ domain: String,
    _ client: String,
    _ maximum: Int
  ) async throws {
    let gate = Gate()
    let fixture = slowFixture(gate)
    @Sendable func crawl(_ number: Int) async -> CrawlError.Code? {
      await code {
        _ = try await fixture.hosts.requestCrawl(
          domain.replacing("%", with: "\(number)"),
          isAdministrator: false,
          client: client.replacing("%", with: "\(number)")
        )
      }
    }
    let requests = (0..<maximum).map { number in Task { await crawl(number) } }
    #expect(try await until { gate.waiting == maximum })
    #expect(await crawl(maximum) == .tooManyNewHosts)
    // Another client's host of another domain is called at once.
    _ = try await fixture.hosts.requestCrawl(
      "pds.example.org",
      isAdministrator: false,
      client: "198.51.100.1"
    )
    gate.open()
    // A slow machine may have given up on these calls.
    for request in requests { #expect(await request.value != .tooManyNewHosts) }
    #expect(await crawl(maximum) == nil)
  }

  private static var description: HTTPTransportStream {
    HTTPTransportStream(
      head: HTTPResponse(status: .ok),
      body: BodyContent.bytes(Array(#"{"did":"did:web:example.com"}"#.utf8)).stream
    )
  }

  /// Holds calls until it is opened.
  final class Gate: Sendable {
    private struct State {
      var isOpen = false
      var count = 0
      var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var waiting: Int { state.withLock { $0.waiters.count } }
    /// All calls so far.
    var count: Int { state.withLock { $0.count } }

    func wait() async {
      await withCheckedContinuation { continuation in
        let isOpen = state.withLock { state in
          state.count += 1
          if !state.isOpen { state.waiters.append(continuation) }
          return state.isOpen
        }
        if isOpen { continuation.resume() }
      }
    }

    func open() {
      let waiters = state.withLock { state in
        state.isOpen = true
        defer { state.waiters = [] }
        return state.waiters
      }
      for waiter in waiters { waiter.resume() }
    }
  }

  @Test func hostsAreConnectedAgainAfterARestart() async throws {
    try await RelayFixture.run(hosts: 3) { network in
      let store = MemoryRelayStore()
      try await HostsFixture(store: store).run { relay in
        for host in network.hosts { try await relay.crawl(host) }
        try await relay.hosts.block(HostName(network.hosts[1].name, allowsLocal: true))
      }
      #expect(try await until { network.hosts.allSatisfy { $0.connectionCount == 0 } })
      try await HostsFixture(store: store).run { relay in
        let isConnected = try await until {
          network.hosts.map(\.connectionCount) == [1, 0, 1]
        }
        #expect(isConnected)
        #expect(try await relay.status(network.hosts[1]) == .banned)
      }
    }
  }

  @Test func pagesAreInTheOrderOfDiscovery() async throws {
    try await RelayFixture.run(hosts: 5) { network in
      try await HostsFixture().run { relay in
        for host in network.hosts { try await relay.crawl(host) }
        let first = try await relay.hosts.page(after: nil, limit: 2, includesSilent: true)
        let rest = try await relay.hosts.page(
          after: first.last?.row.id,
          limit: 10,
          includesSilent: true
        )
        #expect((first + rest).map(\.row.name.text) == network.hosts.map(\.name))
        #expect(try await relay.hosts.page(after: nil, limit: 10, includesSilent: false).isEmpty)
      }
    }
  }
}
