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
    try await work.prepare()
    do {
      try await serve()
    } catch {
      await work.pipeline.intake.stop()
      throw error
    }
  }

  private func serve() async throws {
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
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        try await withTaskCancellationHandler {
          try await serving.value
        } onCancel: {
          serving.cancel()
        }
      }
      tasks.addTask { await work.pipeline.checkpoints.run() }
      tasks.addTask {
        for await _ in untilListening {}
        try Task.checkCancellation()
        // A shutdown that has begun in the meantime waits for the end of the start.
        try await work.start()
        started.finish()
        try await gracefulShutdown()
        await work.stop()
        await group.triggerGracefulShutdown()
      }
      // The server ends last; a failure of any of them ends all.
      for _ in 0..<2 { try await tasks.next() }
      tasks.cancelAll()
    }
  }
}
