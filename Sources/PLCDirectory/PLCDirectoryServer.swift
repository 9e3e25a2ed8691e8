public import Hummingbird
public import Logging
import NIOCore
import ServiceKit
import ServiceLifecycle

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Serves a directory over HTTP/1.1.
public struct PLCDirectoryServer: Sendable {
  private let directory: PLCDirectory
  private let host: String
  private let port: Int
  private let logger: Logger

  /// - Parameter port: 0 for any free one.
  public init(
    _ directory: PLCDirectory,
    host: String = "127.0.0.1",
    port: Int = 2582,
    logger: Logger
  ) {
    self.directory = directory
    self.host = host
    self.port = port
    self.logger = logger
  }

  /// The server as a service, which shuts down gracefully.
  ///
  /// - Parameter onListening: called once with the URL of the socket.
  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<PLCDirectoryResponder> {
    Application(
      responder: PLCDirectoryResponder(directory, logger: logger),
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { [host] channel in
        await onListening("http://\(host):\(channel.localAddress?.port ?? 0)")
      },
      logger: logger
    )
  }

  /// Serves until SIGTERM or SIGINT. Throws ``ServiceError`` where it cannot listen.
  public func run(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) async throws {
    do {
      try await application(onListening: onListening).runService()
    } catch let error as IOError {
      let reason = String(cString: strerror(error.errnoCode))
      throw ServiceError(.address, "\(host):\(port) cannot be listened on: \(reason)")
    } catch is SocketAddressError {
      let reason = "it is no address of this machine"
      throw ServiceError(.address, "\(host):\(port) cannot be listened on: \(reason)")
    }
  }

  /// Serves while `body` runs, which gets the URL of the socket.
  ///
  /// Throws what `body` throws, or why the server could not listen.
  public func serve<Value>(during body: (String) async throws -> Value) async throws -> Value {
    let (addresses, address) = AsyncStream<String>.makeStream()
    let services = ServiceGroup(
      services: [application { address.yield($0) }],
      logger: logger
    )
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
}
