public import Logging
public import ServiceLifecycle
import UnixSignals
import XRPCServer

/// A service that clients reach over the network: what all services have in common from the first
/// socket to the last request.
public protocol NetworkService: Sendable {
  associatedtype Server: Service

  /// Logs the start and the shutdown of the service.
  var logger: Logger { get }
  /// The address that the service listens on.
  var address: ListenAddress { get }
  /// The time from the start of a shutdown to the end of the requests in progress at that moment.
  var shutdownTimeout: Duration { get }
  /// Where metrics are served, if at all.
  var metrics: MetricsEndpoint? { get }

  /// The server itself, to be run in a group with others.
  ///
  /// - Parameter onListening: called once with the URL of the socket.
  func application(onListening: @escaping @Sendable (String) async -> Void) -> Server
}

extension NetworkService {
  /// 30 seconds.
  public var shutdownTimeout: Duration { .seconds(30) }
  /// None.
  public var metrics: MetricsEndpoint? { nil }

  /// Serves until SIGTERM or SIGINT; then finishes the requests in progress, for at most
  /// ``shutdownTimeout``.
  ///
  /// - Parameter onListening: called once with the URL of the socket.
  /// - Throws: ``ServiceError`` with ``ServiceError/Code/address`` if the service cannot listen.
  public func run(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) async throws {
    try await group(signals: [.sigterm, .sigint], onListening).run()
  }

  /// Serves while `body` runs.
  ///
  /// Throws the error of `body`, or ``ServiceError`` if the service cannot listen.
  ///
  /// - Parameter body: receives the URL of the socket.
  public func serve<Value>(during body: (String) async throws -> Value) async throws -> Value {
    let (addresses, address) = AsyncStream<String>.makeStream()
    let services = group(signals: []) { address.yield($0) }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { address.finish() }
        try await services.run()
      }
      guard let url = await addresses.first(where: { _ in true }) else {
        try await group.waitForAll()
        throw CancellationError()
      }
      let result: Result<Value, any Error>
      do {
        result = .success(try await body(url))
      } catch {
        result = .failure(error)
      }
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
      return try result.get()
    }
  }

  private func group(
    signals: [UnixSignal],
    _ onListening: @escaping @Sendable (String) async -> Void
  ) -> ServiceGroup {
    var services: [any Service] = []
    // Services shut down in reverse order, so metrics are available until the end.
    if let metrics {
      services.append(
        ListeningService(
          MetricsServer(metrics, logger: logger).application(),
          on: metrics.address,
          shutdownTimeout: .seconds(1),
          logger: logger
        )
      )
    }
    services.append(
      ListeningService(
        application(onListening: onListening),
        on: address,
        shutdownTimeout: shutdownTimeout,
        logger: logger
      )
    )
    return ServiceGroup(services: services, gracefulShutdownSignals: signals, logger: logger)
  }
}

/// A server that shuts down within a time limit, and whose error names the address if it cannot
/// listen.
private struct ListeningService: Service {
  private let server: BoundedShutdown
  private let address: ListenAddress

  init(
    _ server: any Service,
    on address: ListenAddress,
    shutdownTimeout: Duration,
    logger: Logger
  ) {
    self.server = BoundedShutdown(server, timeout: shutdownTimeout, logger: logger)
    self.address = address
  }

  func run() async throws {
    do {
      try await server.run()
    } catch {
      throw address.error(for: error) ?? error
    }
  }
}
