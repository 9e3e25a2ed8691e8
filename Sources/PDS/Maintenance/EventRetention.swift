import ATProtoSyntax
import ServiceKit

/// Removes events of the firehose after their retention period.
struct EventRetention: Sendable {
  let store: any PDSStore
  /// In milliseconds.
  let period: Int

  func removeOld() async throws {
    let now = Datetime.Instant.now.milliseconds
    let cutoff = now - period
    // After a long pause there may be many events, so other writes can run in between.
    while try await store.write({ transaction in
      try transaction.sequence.removeEvents(before: cutoff, limit: 1000)
    }) {}
  }
}
