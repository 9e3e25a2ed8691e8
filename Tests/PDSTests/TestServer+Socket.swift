import Hummingbird
import Logging
import PDS
import ServiceLifecycle
import Testing

extension TestServer {
  /// Listens on a free port while `body` runs.
  func overSocket<Result: Sendable>(
    _ logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ body: @Sendable (_ url: String) async throws -> Result
  ) async throws -> Result {
    let (addresses, address) = AsyncStream<String>.makeStream()
    let application = server.application { address.yield($0) }
    let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
    async let running: Void = group.run()
    let url = try #require(await addresses.first { _ in true })
    do {
      let result = try await body(url)
      await group.triggerGracefulShutdown()
      try await running
      return result
    } catch {
      await group.triggerGracefulShutdown()
      throw error
    }
  }
}

extension Logger {
  /// For a server on a socket, which reads the metadata of its log handler; a no-op handler has
  /// none.
  static var quiet: Logger {
    var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .critical
    return logger
  }
}
