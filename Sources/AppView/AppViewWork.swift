import Logging
import ServiceLifecycle

/// What an app view does besides answering requests: it follows the network and the labelers.
struct AppViewWork: Service {
  let ingest: Ingest
  let labels: LabelFollowing
  /// Finishes when the server is listening. A server that cannot start leaves its data untouched.
  let untilListening: AsyncStream<Void>

  func run() async throws {
    do {
      try await cancelWhenGracefulShutdown {
        for await _ in untilListening {}
        try Task.checkCancellation()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
          tasks.addTask { try await ingest.run() }
          tasks.addTask { await labels.run() }
          defer { tasks.cancelAll() }
          // Ends only with an error, or when it is canceled: without labelers, the second task is
          // done at once.
          while try await tasks.next() != nil {}
        }
      }
    } catch is CancellationError {
      // The server is shutting down.
    }
  }
}
