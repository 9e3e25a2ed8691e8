import MetricsTestKit
import Testing
import XRPC
import XRPCServer

/// What is counted for event-stream requests, which do not go through the handling of other
/// requests.
@Suite struct EventStreamLimitTests {
  private static let watch = StreamServer.watch
  private static let method = ("method", "com.example.thing.watch")

  private func open(_ server: StreamServer, _ fields: [String: String] = [:]) async throws -> String
  {
    let peer = try await RawPeer(port: server.port)
    try await peer.send(RawPeer.handshake("\(Self.watch)?cursor=1", fields))
    return await peer.readHead().lowercased()
  }

  @Test func openStreamsAreLimited() async throws {
    let limiter = RateLimiter([RateLimit(2, perSeconds: 300)])
    try await StreamServer.run(configure: {
      $0.trustedProxies = 1
      $0.rateLimits = RateLimitPolicy(
        [.init("com.example.thing.watch", limiter)],
        freeKey: "let me in"
      )
    }) { server in
      let here = ["X-Forwarded-For": "6.6.6.6, 203.0.113.9"]
      for remaining in [1, 0] {
        let opened = try await open(server, here)
        #expect(opened.hasPrefix("http/1.1 101 "))
        #expect(opened.contains("ratelimit-remaining: \(remaining)\r\n"))
      }
      let refused = try await open(server, here)
      #expect(refused.hasPrefix("http/1.1 429 "))
      #expect(refused.contains("ratelimit-limit: 2\r\n"))
      #expect(refused.contains("retry-after: "))
      // Another client behind the same proxy, and one with the bypass key.
      let other = try await open(server, ["X-Forwarded-For": "203.0.113.8"])
      #expect(other.hasPrefix("http/1.1 101 "))
      let free = try await open(server, here.merging(["X-RateLimit-Bypass": "let me in"]) { $1 })
      #expect(free.hasPrefix("http/1.1 101 "))
      #expect(!free.contains("ratelimit-limit"))
    }
  }

  /// One IP address cannot take all streams.
  @Test func openStreamsAreLimitedPerClient() async throws {
    let streams = EventStreamConfiguration(maximumStreams: 3, maximumStreamsPerClient: 2)
    try await StreamServer.run(streams: streams, configure: { $0.trustedProxies = 1 }) { server in
      func connect(_ address: String) async throws -> (peer: RawPeer, status: String) {
        let peer = try await RawPeer(port: server.port)
        let fields = ["X-Forwarded-For": address]
        try await peer.send(RawPeer.handshake("\(Self.watch)?cursor=1", fields))
        return (peer, String(await peer.readHead().dropFirst(9).prefix(3)))
      }
      // Two IP addresses in one /64.
      let first = try await connect("2001:db8::1")
      let second = try await connect("2001:db8::2")
      #expect(first.status == "101" && second.status == "101")
      #expect(try await connect("2001:db8::3").status == "429")
      let other = try await connect("203.0.113.9")
      #expect(other.status == "101")
      #expect(try await connect("203.0.113.10").status == "503")
      // Closing a stream makes room for another.
      try await first.peer.close()
      var again = try await connect("2001:db8::3")
      try await until {
        if again.status != "101" { again = try await connect("2001:db8::3") }
        return again.status == "101"
      }
      // Peers disconnect when they are released.
      withExtendedLifetime((first, second, other, again)) {}
    }
  }

  @Test func openStreamsAreCountedInMetrics() async throws {
    let metrics = TestMetrics()
    try await StreamServer.run(configure: { $0.metrics = metrics }) { server in
      func counted(_ status: String) throws -> Int64 {
        try metrics.expectCounter("xrpc_requests_total", [Self.method, ("status", status)])
          .totalValue
      }
      let open = try await RawPeer(port: server.port)
      #expect(try await open.open("\(Self.watch)?cursor=1").contains(" 101 "))
      let refused = try await RawPeer(port: server.port)
      #expect(try await refused.open(Self.watch).contains(" 401 "))
      // A refusal is counted before the client reads it, and an opened stream afterward.
      #expect(try counted("4xx") == 1)
      try await until { try counted("1xx") == 1 }
      let timer = try metrics.expectTimer("xrpc_request_duration", [Self.method])
      #expect(timer.values.count == 2)
      try await open.close()
      _ = await refused.readToEnd()
      let gauge = try metrics.expectRecorder("xrpc_streams_open")
      try await until { gauge.lastValue == 0 }
      #expect(gauge.values.max() ?? 0 >= 1)
      let inFlight = try metrics.expectRecorder("xrpc_requests_in_flight")
      #expect(inFlight.lastValue == 0)
    }
  }
}
