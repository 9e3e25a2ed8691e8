public import Hummingbird
import Logging
public import ServiceLifecycle

extension XRPCServer: Service {
  public func run() async throws {
    try await run(application())
  }

  /// Runs an application of this server, and shuts it down in bounded time.
  public func run(_ application: Application<XRPCResponder>) async throws {
    let timeout = configuration.shutdownTimeout
    let isDone = try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await application.run()
        return true
      }
      group.addTask {
        try await gracefulShutdown()
        try await Task.sleep(for: timeout)
        return false
      }
      defer { group.cancelAll() }
      return try await group.next() ?? true
    }
    if !isDone { logger.warning("requests were given up at shutdown") }
  }
}
