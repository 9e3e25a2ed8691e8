import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import HTTPTypes
import RelayTestSupport
import Testing
import XRPCAsyncHTTPClient
import XRPCWebSocket

@testable import Relay

@Suite struct HostConnectionTests {
  @Test func gapsInUpstreamNumbersAreNotErrors() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        network.host.emit(account.account)
        network.host.skip(1000)
        network.host.emit(account.account)
        network.host.skip(1 << 40)
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host).count == 3 })
        #expect(relay.arrived(from: network.host) == [1, 1002, 1003 + 1 << 40])
        #expect(network.host.cursors.count == 1)
        #expect(try await relay.view(network.host).row.cursor == 1003 + 1 << 40)
      }
    }
  }

  @Test func numbersThatDoNotIncreaseAreDroppedAndCounted() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        for sequence in [5, 5, 4, 1, 6] {
          network.host.send(SimulatedFrame.event(account.account, sequence: sequence))
        }
        #expect(try await until { relay.arrived(from: network.host).count == 2 })
        #expect(relay.arrived(from: network.host) == [5, 6])
        #expect(relay.warnings(network.host, "sequenceNotRising") == 3)
        #expect(try await relay.view(network.host).isConnected)
      }
    }
  }

  @Test func unnumberedFramesAreCountedAndNothingElse() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        network.host.send(
          SimulatedFrame.event(.info(name: "OutdatedCursor", message: nil), sequence: 0)
        )
        network.host.send(SimulatedFrame.message("#future", ["seq": 3]))
        network.host.send(SimulatedFrame.frame(["op": 7, "t": "#commit"], [:]))
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1] })
        #expect(relay.warnings(network.host, "info") == 1)
        #expect(relay.warnings(network.host, "unknownFrame") == 2)
      }
    }
  }

  static let malformed: [(name: String, frame: [UInt8])] = [
    ("nothing", []), ("text", Array("hello".utf8)),
    ("a header alone", [0xa1, 0x62, 0x6f, 0x70, 1]),
    ("a huge array", [0x9a, 0xff, 0xff, 0xff, 0xff]),
    ("depth", Array(repeating: 0x81, count: 100_000) + [0]),
    (
      "trailing bytes",
      SimulatedFrame.message("#account", ["seq": 1, "did": "did:web:x.com", "active": true]) + [0]
    ),
    ("a missing number", SimulatedFrame.message("#account", ["did": "did:web:x.com"])),
    ("number 0", SimulatedFrame.message("#account", ["seq": 0, "did": "did:web:x.com"])),
    ("number 2^53", SimulatedFrame.message("#account", ["seq": .integer(1 << 53)])),
  ]

  @Test(arguments: malformed.map(\.name))
  func malformedFrameEndsTheConnection(_ name: String) async throws {
    let frame = try #require(Self.malformed.first { $0.name == name }?.frame)
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1] })
        network.host.send(frame)
        #expect(try await until { relay.disconnects("malformedFrame") == 1 })
        #expect(try await until { network.host.connectionCount == 0 })
        // The next connection goes on as if nothing had happened.
        try await relay.waitForAttempt()
        #expect(try await until { network.host.cursors == [nil, 1] })
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1, 2] })
      }
    }
  }

  @Test func messageOfMoreThanFiveMebibytesEndsTheConnection() async throws {
    try await RelayFixture.run { network in
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        network.host.send(Array(repeating: 0, count: 5 << 20 | 1))
        #expect(try await until { relay.disconnects("malformedFrame") == 1 })
      }
    }
  }

  /// Hosts with few accounts have no events for days.
  @Test func hostThatAnswersPingsStaysConnectedWithoutEvents() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture(transport: PingingTransport()).run { relay in
        try await relay.crawl(network.host)
        // Without answers, the connection would end at what would be the third ping.
        #expect(try await until { network.host.pingCount >= 6 })
        #expect(network.host.cursors == [nil])
        let view = try await relay.view(network.host)
        #expect(view.isConnected && view.row.status == .active)
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1] })
        #expect(relay.disconnects("silent") == 0 && relay.disconnects("lost") == 0)
      }
    }
  }

  @Test func hostThatStopsAnsweringPingsIsDisconnectedAndCalledAgain() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await HostsFixture(transport: PingingTransport()).run { relay in
        try await relay.crawl(network.host)
        network.host.emit(account.account)
        #expect(try await until { relay.arrived(from: network.host) == [1] })
        network.host.ignorePings()
        #expect(try await until { relay.disconnects("silent") == 1 })
        #expect(try await until { network.host.connectionCount == 0 })
        #expect(try await !relay.view(network.host).isConnected)
        try await relay.waitForAttempt()
        #expect(try await until { network.host.cursors == [nil, 1] })
        #expect(relay.disconnects("silent") == 1)
      }
    }
  }

  /// A transport whose WebSockets have pings every 0.2 seconds.
  private struct PingingTransport: FrameBatchTransport {
    private let transport = GuardedTransport(policy: .development)

    func send(
      _ request: HTTPRequest,
      body: [UInt8]?,
      options: TransportOptions
    ) async throws(TransportError) -> HTTPTransportResponse {
      try await transport.send(request, body: body, options: options)
    }

    func openBatches(
      _ request: HTTPRequest,
      options: TransportOptions,
      bufferedBytes: Int
    ) async throws(TransportError) -> FrameBatchOpening {
      #expect(options.pingInterval == .seconds(30))
      var options = options
      options.pingInterval = .milliseconds(200)
      return try await transport.openBatches(
        request,
        options: options,
        bufferedBytes: bufferedBytes
      )
    }
  }

  @Test(arguments: [200, 301, 400, 401, 404, 429, 500, 503])
  func hostThatRefusesIsCalledAgainLater(_ status: Int) async throws {
    try await RelayFixture.run { network in
      network.host.behavior.replies["/xrpc/com.atproto.sync.subscribeRepos"] =
        .response(status, fields: ["Location": "http://127.0.0.1:1/"])
      try await HostsFixture().run { relay in
        _ = try await relay.hosts.requestCrawl(network.host.name, isAdministrator: false)
        #expect(try await until { relay.disconnects("refused") == 1 })
        network.host.behavior.replies = [:]
        try await relay.waitForAttempt()
        #expect(try await until { network.host.connectionCount == 1 })
      }
    }
  }

  @Test func relayIsBannedWhenItAcceptsTheConnection() async throws {
    try await RelayFixture.run { network in
      try await HostsFixture().run { relay in
        try await relay.crawl(network.host)
        network.host.behavior.server = "lexgen-relay/1.0 (ATProto-Relay)"
        network.host.dropConnections()
        try await relay.waitForAttempt()
        #expect(try await until { try await relay.status(network.host) == .banned })
        #expect(try await until { network.host.connectionCount == 0 })
        #expect(relay.disconnects("banned") == 1)
      }
    }
  }

  @Test func socketIsNotReadWhileTheWindowIsFull() async throws {
    try await RelayFixture.run(hosts: 2) { network in
      let account = network.makeAccount()
      var configuration = HostsConfiguration(allowsInsecureHosts: true, isDevelopment: true)
      configuration.concurrency = 3
      let fixture = HostsFixture(configuration)
      fixture.isHolding = true
      try await fixture.run { relay in
        try await relay.crawl(network.hosts[0])
        try await relay.crawl(network.hosts[1])
        for _ in 0..<10 { network.hosts[0].emit(account.account) }
        #expect(try await until { relay.arrived(from: network.hosts[0]).count == 3 })
        // The other host has a window of its own.
        network.hosts[1].emit(account.account)
        #expect(try await until { relay.arrived(from: network.hosts[1]).count == 1 })
        #expect(relay.arrived(from: network.hosts[0]).count == 3)
        #expect(try await relay.view(network.hosts[0]).waiting == 3)
        #expect(try await relay.view(network.hosts[0]).row.cursor == 0)
        // Parked events let others pass.
        for ticket in relay.held { ticket.park() }
        #expect(try await until { relay.arrived(from: network.hosts[0]).count == 6 })
        relay.isHolding = false
        relay.release()
        #expect(try await until { relay.arrived(from: network.hosts[0]).count == 10 })
        #expect(try await until { try await relay.view(network.hosts[0]).row.cursor == 10 })
        #expect(try await relay.view(network.hosts[0]).waiting == 0)
      }
    }
  }
}
