import HTTPTypes
import Logging
import MetricsTestKit
import NIOCore
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing
import XRPC
import XRPCServer

/// A server on a free loopback port, with its metrics.
struct ServerUnderTest: Sendable {
  let port: Int
  let services: ServiceGroup
  let metrics: TestMetrics

  /// Runs the server while `body` runs.
  static func run<Value: Sendable>(
    _ routes: [XRPCRoute] = Sample.routes,
    configure: (inout XRPCServerConfiguration) -> Void = { _ in },
    logger: Logger? = nil,
    _ body: @escaping @Sendable (ServerUnderTest) async throws -> Value
  ) async throws -> Value {
    var quiet = Logger(label: "test")
    quiet.logLevel = .critical
    let logger = logger ?? quiet
    let metrics = TestMetrics()
    var configuration = XRPCServerConfiguration(port: 0, version: "1.2.3")
    configuration.metrics = metrics
    configure(&configuration)
    let server = XRPCServer(routes, configuration: configuration, logger: logger)
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let service = Running(server: server) { continuation.yield($0) }
    let services = ServiceGroup(services: [service], logger: quiet)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      let test = ServerUnderTest(port: port, services: services, metrics: metrics)
      let value = try await body(test)
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
      return value
    }
  }

  private struct Running: Service {
    let server: XRPCServer
    let onRunning: @Sendable (Int) -> Void

    func run() async throws {
      try await server.run(server.application { onRunning($0) })
    }
  }

  /// Begins a graceful shutdown.
  func shutDown() async {
    await services.triggerGracefulShutdown()
  }

  /// Begins a graceful shutdown, and returns when every connection has been notified.
  func announceShutdown() async throws {
    await shutDown()
    try await until {
      do {
        _ = try connect()
        return false
      } catch is RawConnection.Failure {
        return true
      }
    }
    // The loop that closed the port notifies the connections in the same tick, each on its own
    // loop: one round to send the notification, and one to receive it.
    for _ in 0..<2 {
      for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
        try await loop.submit {}.get()
      }
    }
  }

  func connect() throws -> RawConnection {
    try RawConnection(port: port)
  }

  /// Sends one request on its own connection, and returns the complete response.
  func exchange(_ request: String) async throws -> RawResponse {
    let connection = try connect()
    try await connection.send(request)
    return try #require(try await connection.response())
  }

  var inFlight: Double {
    (try? metrics.expectRecorder("xrpc_requests_in_flight").lastValue) ?? 0
  }
}
