import TestSupport
import Testing
import XRPC
import XRPCServer

/// "Graceful shutdown: no request in flight is cut."
@Suite struct ServerShutdownTests {
  static let host = "Host: localhost\r\n"
  static let held = "GET /xrpc/com.example.thing.getThing?actor=held.example HTTP/1.1\r\n\(host)"
  static let quick = "GET /xrpc/com.example.thing.getThing?actor=a.example HTTP/1.1\r\n\(host)"

  @Test func requestsInProgressAreAnswered() async throws {
    let gate = Gate()
    try await ServerUnderTest.run(Sample.routes(holding: gate)) { server in
      defer { gate.open() }
      let idle = try server.connect()
      try await idle.send(Self.quick + "\r\n")
      let answer = try #require(try await idle.response())
      #expect(answer.status == 200)
      #expect(answer.fields["connection"] == nil)
      let fresh = try server.connect()
      let busy = try server.connect()
      try await busy.send(Self.held + "\r\n" + Self.held + "\r\n")
      try await until { gate.arrivals == 1 }
      #expect(server.inFlight == 1)
      try await server.announceShutdown()
      // Idle connections are closed at once.
      #expect(try await idle.receiveToEnd().isEmpty)
      #expect(try await fresh.receiveToEnd().isEmpty)
      gate.open()
      let first = try #require(try await busy.response())
      #expect(first.status == 200)
      let second = try #require(try await busy.response())
      #expect(second.status == 200)
      #expect(second.fields["connection"] == "close")
      #expect(try await busy.receiveToEnd().isEmpty)
    }
  }

  @Test func newConnectionsAreRefused() async throws {
    let gate = Gate()
    try await ServerUnderTest.run(Sample.routes(holding: gate)) { server in
      defer { gate.open() }
      let busy = try server.connect()
      try await busy.send(Self.held + "\r\n")
      try await until { gate.arrivals == 1 }
      try await server.announceShutdown()
      #expect(throws: RawConnection.Failure.self) { try server.connect() }
      gate.open()
      #expect(try await busy.response()?.status == 200)
    }
  }

  /// The handler finished long ago, but the client has not read all of the response.
  @Test func largeResponseIsSentInFull() async throws {
    try await ServerUnderTest.run([ConnectionGuardTests.large]) { server in
      let connection = try RawConnection(port: server.port, receiveBuffer: 65_536)
      try await connection.send(ConnectionGuardTests.getBytes + "\r\n")
      var count = try await connection.receive(1_000).count
      try await server.announceShutdown()
      count += try await connection.receiveToEnd().count
      #expect(count > ConnectionGuardTests.bytes)
    }
  }

  @Test func requestsAreAbandonedAfterTheTimeout() async throws {
    let route = XRPCRoute.query(Sample.GetThing.self) { _ in
      try await Task.sleep(for: .seconds(3_600))
      return .init(text: "never")
    }
    try await ServerUnderTest.run([route], configure: { $0.shutdownTimeout = .milliseconds(300) }) {
      server in
      let connection = try server.connect()
      try await connection.send(Self.quick + "\r\n")
      try await until { server.inFlight == 1 }
      await server.shutDown()
      #expect(try await connection.response() == nil)
    }
  }
}
