import TestSupport
import Testing
import XRPC
import XRPCServer

/// What no well-behaved client sends, byte for byte.
@Suite struct ConnectionGuardTests {
  static let query = "GET /xrpc/com.example.thing.getThing?actor=a.example HTTP/1.1\r\n"
  static let post =
    "POST /xrpc/com.example.thing.uploadBlob HTTP/1.1\r\nContent-Type: image/png\r\n"
  static let host = "Host: localhost\r\n"

  private static func impatient(_ configuration: inout XRPCServerConfiguration) {
    configuration.idleTimeout = .milliseconds(300)
    configuration.minimumBodyBytesPerSecond = 1_000
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await ServerUnderTest.run { server in
      let connection = try server.connect()
      let path = "/xrpc/com.example.thing.getThing?actor=a.example&limit="
      let requests = (1...50).map { "GET \(path)\($0) HTTP/1.1\r\n\(Self.host)\r\n" }
      try await connection.send(requests.joined())
      for limit in 1...50 {
        let response = try #require(try await connection.response())
        #expect(response.status == 200)
        #expect(response.text.contains("\"count\":\(limit)"))
      }
      // The connection can still be used.
      try await connection.send(Self.query + Self.host + "\r\n")
      #expect(try await connection.response()?.status == 200)
    }
  }

  @Test func connectionClosesAfterConnectionClose() async throws {
    try await ServerUnderTest.run { server in
      let connection = try server.connect()
      try await connection.send(Self.query + Self.host + "Connection: close\r\n\r\n")
      #expect(try await connection.response()?.status == 200)
      #expect(try await connection.receiveToEnd().isEmpty)
    }
  }

  @Test(
    arguments: [
      ("hello\r\n\r\n", 400),
      ("GET / HTTP/9.9\r\n\r\n", 400),
      ("GET /xrpc/_health HTTP/1.1\r\nbad field: x\r\n\r\n", 400),
      ("POST /xrpc/x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
      ("POST /xrpc/x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
      (
        "POST /xrpc/x HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        400
      ),
      ("GET /" + String(repeating: "a", count: 100_000) + " HTTP/1.1\r\n\r\n", 431),
      (
        "GET /xrpc/_health HTTP/1.1\r\nX: " + String(repeating: "a", count: 100_000)
          + "\r\n\r\n",
        431
      ),
      (
        "GET /xrpc/_health HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 300)
          + "\r\n",
        431
      ),
    ]
  )
  func invalidHTTPIsAnsweredWithAnError(_ request: String, _ status: Int) async throws {
    try await ServerUnderTest.run { server in
      let connection = try server.connect()
      try await connection.send(request)
      let response = try #require(try await connection.response())
      #expect(response.status == status)
      #expect(response.fields["content-type"] == "application/json")
      #expect(response.fields["connection"] == "close")
      #expect(response.error?.error == "InvalidRequest")
      #expect(try await connection.receiveToEnd().isEmpty)
    }
  }

  @Test func requestsBeforeInvalidBytesAreAnswered() async throws {
    try await ServerUnderTest.run { server in
      let connection = try server.connect()
      let good = Self.query + Self.host + "\r\n"
      try await connection.send(good + good + "\u{0}\u{1}garbage\r\n\r\n" + good)
      #expect(try await connection.response()?.status == 200)
      #expect(try await connection.response()?.status == 200)
      #expect(try await connection.response()?.status == 400)
      #expect(try await connection.receiveToEnd().isEmpty)
    }
  }

  /// More than the method accepts, with and without a declared length.
  @Test(
    arguments: [
      "Content-Length: 5000\r\n\r\n" + String(repeating: "x", count: 5_000),
      "Content-Length: 99999999999\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\n1388\r\n" + String(repeating: "x", count: 5_000)
        + "\r\n0\r\n\r\n",
    ]
  )
  func longBodiesAreRefused(_ rest: String) async throws {
    try await ServerUnderTest.run { server in
      let response = try await server.exchange(Self.post + Self.host + rest)
      #expect(response.status == 413)
      #expect(response.error?.error == "PayloadTooLarge")
    }
  }

  @Test(
    "a malformed chunk is the client's error, however late it arrives",
    arguments: ["0x\r\n", "zz\r\n", "1\r\nabc\r\n", "fffffffffffffffffff\r\n"]
  )
  func malformedChunksAreRefused(_ chunk: String) async throws {
    try await ServerUnderTest.run { server in
      let connection = try server.connect()
      try await connection.send(Self.post + Self.host + "Transfer-Encoding: chunked\r\n\r\n")
      try await until { server.inFlight == 1 }
      try await connection.send(chunk)
      #expect(try await connection.response()?.status == 400)
    }
  }

  @Test(
    "a request for an upgrade ends its connection, also outside of /xrpc/",
    arguments: ["/", "/.well-known/atproto-did", "/xrpc/_health"]
  )
  func upgradeEndsTheConnection(_ path: String) async throws {
    try await ServerUnderTest.run { server in
      let connection = try server.connect()
      try await connection.send(
        "GET \(path) HTTP/1.1\r\n" + Self.host + "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
      )
      #expect(try await connection.response()?.fields["connection"] == "close")
      #expect(try await connection.receiveToEnd().isEmpty)
    }
  }

  @Test(
    "the response announces whether the rest of a body is read to keep the connection",
    arguments: [(5_000, true), (1 << 20, false)]
  )
  func longBodyKeepsTheConnectionOnlyIfItIsRead(_ length: Int, _ isKept: Bool) async throws {
    try await ServerUnderTest.run { server in
      let connection = try server.connect()
      try await connection.send(Self.post + Self.host + "Content-Length: \(length)\r\n\r\n")
      try await connection.send(String(repeating: "x", count: length))
      let response = try #require(try await connection.response())
      #expect(response.status == 413)
      #expect(response.fields["connection"] == (isKept ? nil : "close"))
      if isKept {
        try await connection.send(Self.query + Self.host + "\r\n")
        #expect(try await connection.response()?.status == 200)
      } else {
        #expect(try await connection.receiveToEnd().isEmpty)
      }
    }
  }

  @Test(
    arguments: [
      "", "GET /xrpc/com.example", query, query + host,
      post + host + "Content-Length: 100\r\n\r\n",
      post + host + "Content-Length: 100\r\n\r\nabc",
      post + host + "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    ]
  )
  func stalledConnectionsAreClosed(_ beginning: String) async throws {
    try await ServerUnderTest.run(configure: Self.impatient) { server in
      let connection = try server.connect()
      try await connection.send(beginning)
      #expect(try await connection.receiveToEnd().isEmpty)
      try await until { server.inFlight == 0 }
    }
  }

  /// There is constant progress, but it is too slow.
  @Test(arguments: [query, post + host + "Content-Length: 4000\r\n\r\n"])
  func trickledBodiesAreCutOff(_ beginning: String) async throws {
    try await ServerUnderTest.run(configure: Self.impatient) { server in
      let connection = try server.connect()
      try await connection.send(beginning)
      await #expect(throws: RawConnection.Failure.self) {
        for _ in 0..<2_000 {
          try await connection.send("a")
          try await Task.sleep(for: .milliseconds(10))
        }
      }
      try await until { server.inFlight == 0 }
    }
  }

  /// A body that takes longer than the idle timeout, but arrives fast enough.
  @Test func slowButSteadyBodiesAreAccepted() async throws {
    try await ServerUnderTest.run(configure: {
      $0.idleTimeout = .seconds(2)
      $0.minimumBodyBytesPerSecond = 1
    }) { server in
      var status: Int?
      for _ in 0..<10 {
        let (answered, pause) = try await Self.trickle(server)
        status = answered
        // If this process did not run for a while, the server may have lost patience.
        if status != nil || pause < .seconds(1) { break }
      }
      #expect(status == 200)
    }
  }

  /// Sends a body for two and a half seconds.
  ///
  /// - Returns: the status of the response, and the longest time that the server had to wait for a
  ///   byte.
  private static func trickle(_ server: ServerUnderTest) async throws -> (Int?, Duration) {
    var longest = Duration.zero
    var last = ContinuousClock.now
    do {
      let connection = try server.connect()
      try await connection.send(post + host + "Content-Length: 25\r\n\r\n")
      for _ in 0..<25 {
        try await connection.send("a")
        longest = max(longest, ContinuousClock.now - last)
        last = .now
        try await Task.sleep(for: .milliseconds(100))
      }
      return (try await connection.response()?.status, longest)
    } catch is RawConnection.Failure {
      return (nil, max(longest, ContinuousClock.now - last))
    }
  }

  static let bytes = 24 << 20
  static let large = XRPCRoute.query(Sample.GetBytes.self) { _ in
    RawBody(bytes: [UInt8](repeating: 7, count: bytes))
  }
  static let getBytes = "GET /xrpc/com.example.thing.getBytes HTTP/1.1\r\n\(host)"

  /// A client that sends nothing more still reads; RFC 9112, 9.6, explains why to wait for it.
  @Test(arguments: ["\r\n", "Connection: close\r\n\r\n"])
  func halfClosedClientGetsTheWholeResponse(_ end: String) async throws {
    try await ServerUnderTest.run([Self.large]) { server in
      let connection = try server.connect()
      try await connection.send(Self.getBytes + end)
      connection.finishSending()
      try await Task.sleep(for: .milliseconds(100))
      let response = try #require(try await connection.response())
      #expect(response.body.count == Self.bytes)
      #expect(try await connection.receiveToEnd().isEmpty)
    }
  }

  @Test func clientThatDoesNotReadIsDisconnected() async throws {
    let gate = Gate()
    gate.open()
    let route = XRPCRoute.query(Sample.GetBytes.self) { _ in
      try await gate.pass()
      return RawBody(bytes: [UInt8](repeating: 7, count: Self.bytes))
    }
    try await ServerUnderTest.run([route], configure: { $0.idleTimeout = .seconds(3) }) { server in
      let connection = try RawConnection(port: server.port, receiveBuffer: 4_096)
      try await connection.send(Self.getBytes + "\r\n")
      try await until { gate.arrivals == 1 }
      // The server's end is closed before ours; only the listening socket remains.
      try await until { try socketCount(at: server.port) == 1 }
      let received = try await connection.receiveToEnd()
      #expect(received.count < Self.bytes)
    }
  }

  @Test func closedConnectionsLeaveNoDescriptors() async throws {
    let gate = Gate()
    try await ServerUnderTest.run(Sample.routes(holding: gate)) { server in
      defer { gate.open() }
      _ = try await server.exchange(Self.query + Self.host + "\r\n")
      let beginnings = [
        "", "GET /xrpc/com.example", Self.query + Self.host + "\r\n",
        Self.post + Self.host + "Content-Length: 100\r\n\r\nabc", "garbage\r\n\r\n",
        ServerShutdownTests.held + "\r\n",
      ]
      for round in 0..<20 {
        var connections: [RawConnection] = []
        for index in 0..<150 {
          let connection = try server.connect()
          try? await connection.send(beginnings[(index + round) % beginnings.count])
          connections.append(connection)
        }
        for connection in connections { connection.drop() }
      }
      gate.open()
      // Only the listening socket remains.
      try await until { try socketCount(at: server.port) == 1 && server.inFlight == 0 }
      #expect(try await server.exchange(Self.query + Self.host + "\r\n").status == 200)
    }
  }
}
