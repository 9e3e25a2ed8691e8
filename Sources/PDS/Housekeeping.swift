import ATProtoSyntax
import Logging
import ServiceLifecycle

/// Removes what is kept for a limited time: blobs that no record refers to, accounts whose scheduled
/// deletion is due, old events.
struct Housekeeping: Service {
  let blobs: Blobs
  let deletion: AccountDeletion
  let events: EventRetention
  let logger: Logger
  /// Ends when the server listens: one that cannot begin does not touch what is stored.
  let untilListening: AsyncStream<Void>

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      for await _ in untilListening {}
      try Task.checkCancellation()
      await attempt("sweeping blobs") { try await blobs.sweep() }
      var round = 0
      while !Task.isCancelled {
        // Their grace period is hours, and looking for them takes a while.
        if round % 10 == 0 {
          await attempt("collecting blobs") { try await blobs.collect() }
        }
        await attempt("deleting accounts") { try await deletion.deleteScheduled() }
        await attempt("removing old events") { try await events.removeOld() }
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

/// Removes events of the firehose after their retention period.
struct EventRetention: Sendable {
  let store: any PDSStore
  /// Milliseconds.
  let period: Int

  func removeOld() async throws {
    let now = Datetime.Instant.now.milliseconds
    let cutoff = now - period
    // After a time without the server there may be many; other writes proceed in between.
    while try await store.write({ transaction in
      try transaction.sequence.removeEvents(before: cutoff, limit: 1000)
    }) {}
  }
}
