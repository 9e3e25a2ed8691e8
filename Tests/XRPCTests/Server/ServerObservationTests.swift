import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Logging
import MetricsTestKit
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCServer

/// What the server reports in addition to the responses of handlers.
@Suite struct ServerObservationTests {
  static let query = "GET /xrpc/com.example.thing.getThing?actor=a.example HTTP/1.1\r\n"
  static let host = "Host: localhost\r\n"

  @Test func responsesReportTheRateLimit() async throws {
    try await ServerUnderTest.run(configure: {
      $0.rateLimits = RateLimitPolicy(
        [
          .init(nil, RateLimiter([RateLimit(5, perSeconds: 60)])),
          .init(
            "com.example.thing.getThing",
            RateLimiter([RateLimit(2, perSeconds: 300)])
          ),
        ],
        freeKey: "let me in"
      )
    }) { server in
      let first = try await server.exchange(Self.query + Self.host + "\r\n")
      #expect(first.status == 200)
      #expect(first.fields["ratelimit-limit"] == "2")
      #expect(first.fields["ratelimit-remaining"] == "1")
      #expect(first.fields["ratelimit-policy"] == "2;w=300")
      #expect(Int(first.fields["ratelimit-reset"] ?? "") ?? 0 > 1_700_000_000)
      _ = try await server.exchange(Self.query + Self.host + "\r\n")
      let third = try await server.exchange(Self.query + Self.host + "\r\n")
      #expect(third.status == 429)
      #expect(third.error?.error == "RateLimitExceeded")
      #expect(third.fields["ratelimit-remaining"] == "0")
      #expect((1...300).contains(Int(third.fields["retry-after"] ?? "") ?? 0))
      // Other errors report it, too, and calls of methods that are not served count.
      let unknown = "GET /xrpc/com.example.thing.none HTTP/1.1\r\n"
      let fourth = try await server.exchange(unknown + Self.host + "\r\n")
      #expect(fourth.status == 501)
      #expect(fourth.fields["ratelimit-remaining"] == "1")
      let free = Self.query + Self.host + "X-RateLimit-Bypass: let me in\r\n\r\n"
      let fifth = try await server.exchange(free)
      #expect(fifth.status == 200)
      #expect(fifth.fields["ratelimit-limit"] == nil)
    }
  }

  @Test func clientsBehindAProxyAreCountedSeparately() async throws {
    try await ServerUnderTest.run(configure: {
      $0.trustedProxies = 1
      $0.rateLimits = RateLimitPolicy(
        [.init(nil, RateLimiter([RateLimit(1, perSeconds: 60)]))],
        freeNetworks: [IPNetwork("203.0.113.1")!]
      )
    }) { server in
      for (address, status) in [
        ("203.0.113.9", 200), ("203.0.113.9", 429), ("6.6.6.6, 203.0.113.9", 429),
        ("203.0.113.8", 200), ("203.0.113.1", 200), ("203.0.113.1", 200),
      ] {
        let field = "X-Forwarded-For: \(address)\r\n\r\n"
        let answer = try await server.exchange(Self.query + Self.host + field)
        #expect(answer.status == status)
      }
    }
  }

  @Test func handlerCanConsumePoints() async throws {
    let limiter = RateLimiter([RateLimit(10, perSeconds: 60)])
    let route = XRPCRoute.query(Sample.GetThing.self) { request in
      try request.context.consume(7, of: limiter, by: request.parameters.actor.string)
      throw XRPCServerError.forbidden()
    }
    try await ServerUnderTest.run([route]) { server in
      let first = try await server.exchange(Self.query + Self.host + "\r\n")
      #expect(first.status == 403)
      #expect(first.fields["ratelimit-remaining"] == "3")
      let second = try await server.exchange(Self.query + Self.host + "\r\n")
      #expect(second.status == 429)
    }
  }

  /// A client's request id is not used, nor is one that occurs twice.
  @Test func requestIDsComeFromTheServer() async throws {
    try await ServerUnderTest.run { server in
      let request = Self.query + Self.host + "X-Request-ID: mine\r\n\r\n"
      let ids = try await [server.exchange(request), server.exchange(request)]
        .map { $0.fields["x-request-id"] }
      #expect(ids[0] != nil && ids[0] != "mine" && ids[0] != ids[1])
    }
  }

  @Test func loggerWithoutMetadataIsAccepted() async throws {
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    try await ServerUnderTest.run(logger: silent) { server in
      let answer = try await server.exchange(Self.query + Self.host + "\r\n")
      #expect(answer.status == 200 && answer.fields["x-request-id"]?.isEmpty == false)
    }
  }

  @Test func requestsAreCountedInMetrics() async throws {
    try await ServerUnderTest.run { server in
      for _ in 0..<3 { _ = try await server.exchange(Self.query + Self.host + "\r\n") }
      for name in ["a", "b"] {
        let path = "GET /xrpc/com.example.stranger.\(name) HTTP/1.1\r\n"
        _ = try await server.exchange(path + Self.host + "\r\n")
      }
      func counted(_ method: String, _ status: String) throws -> Int64 {
        try server.metrics.expectCounter(
          "xrpc_requests_total",
          [("method", method), ("status", status)]
        ).totalValue
      }
      #expect(try counted("com.example.thing.getThing", "2xx") == 3)
      #expect(try counted("other", "5xx") == 2)
      let timer = try server.metrics.expectTimer(
        "xrpc_request_duration",
        [("method", "com.example.thing.getThing")]
      )
      #expect(timer.values.count == 3)
      #expect(timer.values.allSatisfy { $0 > 0 })
      #expect(server.inFlight == 0)
      // Seven kinds of methods times five kinds of statuses, whatever clients call.
      #expect(server.metrics.counters.count == (Sample.routes.count + 2) * 5)
    }
  }

  @Test func invalidOutputBecomesA500() async throws {
    let route = XRPCRoute.query(Sample.GetLimited.self) { _ in .init(text: "longer than ten") }
    let path = "GET /xrpc/com.example.thing.getLimited HTTP/1.1\r\n"
    for (checks, status) in [(true, 500), (false, 200)] {
      try await ServerUnderTest.run([route], configure: { $0.checksOutput = checks }) { server in
        let answer = try await server.exchange(path + Self.host + "\r\n")
        #expect(answer.status == status)
        if checks { #expect(answer.error?.error == "InternalServerError") }
      }
    }
  }

  @Test(arguments: ["/xrpc/_health", "/xrpc/com.example.unknown", "/elsewhere"])
  func everyResponseNamesTheServer(_ path: String) async throws {
    try await ServerUnderTest.run(configure: { $0.serverName = "sample/1" }) { server in
      let answer = try await server.exchange("GET \(path) HTTP/1.1\r\n\(Self.host)\r\n")
      #expect(answer.fields["server"] == "sample/1")
    }
  }

  @Test func healthIsReported() async throws {
    struct Unwell: Error {}
    let isWell = Mutex(true)
    try await ServerUnderTest.run(configure: {
      $0.healthCheck = { if !isWell.withLock({ $0 }) { throw Unwell() } }
    }) { server in
      let request = "GET /xrpc/_health HTTP/1.1\r\n\(Self.host)\r\n"
      let well = try await server.exchange(request)
      #expect(well.status == 200)
      #expect(well.text == #"{"status":"ok","version":"1.2.3"}"#)
      isWell.withLock { $0 = false }
      let unwell = try await server.exchange(request)
      #expect(unwell.status == 503)
      #expect(unwell.error?.error == "ServiceUnavailable")
      #expect(unwell.text.contains(#""status":"error""#))
    }
  }

  /// Fetch standard, 3.2.
  @Test func crossOriginRequestsAreAllowed() async throws {
    try await ServerUnderTest.run { server in
      let refused = try await server.exchange(
        "GET /xrpc/com.example.thing.none HTTP/1.1\r\n\(Self.host)Origin: https://a.example\r\n\r\n"
      )
      #expect(refused.status == 501)
      #expect(refused.fields["access-control-allow-origin"] == "*")
      #expect(refused.fields["access-control-expose-headers"]?.hasPrefix("*, DPoP-Nonce") == true)
      // Without an origin or a method it is a request like others.
      let plain = try await server.exchange(
        "OPTIONS /xrpc/com.example.thing.ping HTTP/1.1\r\n\(Self.host)\r\n"
      )
      #expect(plain.status == 405)
      #expect(plain.fields["allow"] == "POST")
    }
  }

  @Test func eachRequestIsLoggedOnce() async throws {
    let lines = Mutex<[Logger.Metadata]>([])
    let logger = Logger(label: "test") { _ in
      RecordingLog { metadata in lines.withLock { $0.append(metadata) } }
    }
    try await ServerUnderTest.run(logger: logger) { server in
      _ = try await server.exchange(Self.query + Self.host + "\r\n")
      _ = try await server.exchange(
        "GET /xrpc/com.example.thing.getThing?actor=broken.example HTTP/1.1\r\n\(Self.host)\r\n"
      )
    }
    let requests = lines.withLock { $0 }.filter { $0["status"] != nil }
    #expect(requests.map { $0["status"] } == ["200", "500"])
    #expect(requests.allSatisfy { $0["path"] == "/xrpc/com.example.thing.getThing" })
    #expect(requests.allSatisfy { $0["peer"] == "127.0.0.1" && $0["verb"] == "GET" })
    #expect(requests[1]["error"]?.description.contains("Unforeseen") == true)
  }
}

/// Keeps metadata, including the logger's own.
private struct RecordingLog: LogHandler {
  let record: @Sendable (Logger.Metadata) -> Void
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  init(_ record: @escaping @Sendable (Logger.Metadata) -> Void) {
    self.record = record
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    record(metadata.merging(event.metadata ?? [:]) { _, new in new })
  }
}
