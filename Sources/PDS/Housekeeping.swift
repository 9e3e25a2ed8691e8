import ATProtoSyntax
import Logging
import ServiceLifecycle

/// Forgets what is kept for a time only: blobs that no record refers to, accounts that were
/// left, old events.
struct Housekeeping: Service {
  let core: PDSCore
  let logger: Logger
  /// Ends when the server listens: one that cannot begin does not touch what is stored.
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
    // What came while the server stood still may be much: other writes go between.
    while try await store.write({ transaction in
      try transaction.sequence.removeEvents(before: cutoff, limit: 1000)
    }) {}
  }
}
