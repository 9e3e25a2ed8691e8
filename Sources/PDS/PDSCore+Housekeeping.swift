import ATProtoSyntax
import ServiceKit

extension PDSCore {
  /// Deletes what is kept for a limited time: blobs without a record, deactivated accounts whose
  /// time has come, old events.
  var chores: [Housekeeping.Chore] {
    [
      Housekeeping.Chore("sweep blobs", every: nil) { try await sweepBlobs() },
      // The grace period is hours, and the search takes a while.
      Housekeeping.Chore("collect blobs", every: .seconds(600)) { try await collectBlobs() },
      Housekeeping.Chore("delete accounts that are due", every: .seconds(60)) {
        try await deleteLeftAccounts()
      },
      Housekeeping.Chore("remove old events", every: .seconds(60)) { try await removeOldEvents() },
    ]
  }

  func removeOldEvents() async throws {
    let now = Datetime.Instant.now.milliseconds
    let cutoff = now - configuration.firehoseRetention
    // There may be many after a long pause: other writes run in between.
    while try await store.write({ transaction in
      try transaction.sequence.removeEvents(before: cutoff, limit: 1000)
    }) {}
  }
}
