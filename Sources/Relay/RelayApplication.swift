import Hummingbird
import Logging
import ServiceKit
public import ServiceLifecycle
import XRPCServer

/// A relay's HTTP server together with its connections to hosts.
///
/// A shutdown begins with the hosts: consumers are disconnected only after everything that was
/// received is stored, so that they have seen all of it.
public struct RelayApplication: Service {
  let work: RelayWork
  let logger: Logger
  /// Makes the server.
  ///
  /// - Parameter onListening: called once with the URL of the socket.
  let server: @Sendable (_ onListening: @escaping @Sendable () async -> Void) -> any Service

  public func run() async throws {
    let (untilListening, listening) = AsyncStream<Void>.makeStream()
    let (untilStarted, started) = AsyncStream<Void>.makeStream()
    let group = ServiceGroup(
      services: [
        Housekeeping(work.chores, untilListening: untilStarted, logger: logger),
        server { listening.finish() },
      ],
      logger: logger
    )
    // Detached, because the outer group must not shut the server down before the hosts.
    let serving = Task.detached { try await group.run() }
    try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: Bool.self) { tasks in
        tasks.addTask {
          try await serving.value
          return true
        }
        tasks.addTask {
          for await _ in untilListening {}
          try await work.start()
          started.finish()
          await work.pipeline.checkpoints.run()
          return false
        }
        tasks.addTask {
          try? await gracefulShutdown()
          await work.stop()
          await group.triggerGracefulShutdown()
          return false
        }
        while let isFinished = try await tasks.next() {
          if isFinished { break }
        }
        tasks.cancelAll()
      }
    } onCancel: {
      serving.cancel()
    }
  }
}
