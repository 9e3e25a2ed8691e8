import ATProtoSyntax
import Logging
import ServiceKit
import ServiceLifecycle

/// Deletes what has expired: blobs that no record references, accounts scheduled for deletion, and old
/// events.
struct Housekeeping: Service {
  let core: PDSCore
  let logger: Logger
  /// Ends when the server listens: one that cannot start must not change what is stored.
  let untilListening: AsyncStream<Void>

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      for await _ in untilListening {}
      try Task.checkCancellation()
      await attempt("sweeping blobs") { try await core.sweepBlobs() }
      var round = 0
      while !Task.isCancelled {
        // Their grace period is hours, and looking for them takes a while.
        if round % 10 == 0 {
          await attempt("collecting blobs") { try await core.collectBlobs() }
        }
        await attempt("deleting left accounts") { try await core.deleteLeftAccounts() }
        await attempt("removing old events") { try await core.removeOldEvents() }
        round += 1
        try await Task.sleep(for: .seconds(60))
      }
    }
  }

  private func attempt(_ what: String, _ work: () async throws -> Void) async {
    do {
      try await work()
    } catch is CancellationError {
      // The server shuts down.
    } catch {
      logger.error("\(what) failed", metadata: ["error": "\(error)"])
    }
  }
}

extension PDSCore {
  func removeOldEvents() async throws {
    let now = Datetime.Instant.now.milliseconds
    let cutoff = now - configuration.firehoseRetention
    // There may be many after the server was down, so other writes run in between.
    while try await store.write({ transaction in
      try transaction.sequence.removeEvents(before: cutoff, limit: 1000)
    }) {}
  }
}
