package import Logging
package import ServiceLifecycle

/// Runs a service and, when the group shuts down gracefully, cancels what is not finished in time.
package struct BoundedShutdown: Service {
  private let service: any Service
  private let timeout: Duration
  private let logger: Logger

  /// - Parameter timeout: the time from the start of the shutdown to the end of everything.
  package init(_ service: any Service, timeout: Duration, logger: Logger) {
    self.service = service
    self.timeout = timeout
    self.logger = logger
  }

  package func run() async throws {
    let isDone = try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await service.run()
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
    if !isDone {
      logger.warning("shutdown timed out; unfinished requests were canceled")
    }
  }
}
