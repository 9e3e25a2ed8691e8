public import Hummingbird
import Logging
public import ServiceLifecycle

extension XRPCServer: Service {
  /// Serves until the group shuts down gracefully, for which it takes bounded time.
  public func run() async throws {
    try await run(application())
  }

  /// Runs an application of this server, and shuts it down in bounded time.
  public func run(_ application: Application<XRPCResponder>) async throws {
    try await BoundedShutdown(
      application,
      timeout: configuration.shutdownTimeout,
      logger: logger
    ).run()
  }
}
