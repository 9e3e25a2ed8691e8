import CoreMetrics

extension ModerationDesk {
  /// The most events of one transaction.
  private static let batch = 100

  /// Ends suspensions and removes tags that have expired, also those that expired while the labeler
  /// was not running. Mutes need no event: their time is compared whenever they count.
  ///
  /// - Parameter now: milliseconds since 1970.
  package func reverseDue(at now: Int) async throws {
    while try await reverseBatch(at: now) {}
    let count = try await count(.open, upTo: Self.maximumCount)
    metrics.moderation.openSubjects.record(count)
  }

  private static let maximumCount = 100_000

  /// Returns whether more may be due.
  private func reverseBatch(at now: Int) async throws -> Bool {
    let entry = EventEntry(desk: self, moderator: did, now: now)
    let outcomes = try await store.write { transaction throws in
      let suspended = try transaction.statuses.suspended(until: now, limit: Self.batch)
      let ended = try suspended.map { status in
        try entry.record(status.endOfSuspension, in: transaction)
      }
      let tagged = try transaction.statuses.tagged(until: now, limit: Self.batch)
      return try ended
        + tagged.map { status in
          try entry.record(status.removalOfTags(until: now), in: transaction)
        }
    }
    for outcome in outcomes { note(outcome) }
    return outcomes.count >= Self.batch
  }
}

extension SubjectStatus {
  fileprivate var endOfSuspension: NewEvent {
    NewEvent(subject: subject, action: .reverseTakedown, comment: "the suspension has ended")
  }

  fileprivate func removalOfTags(until now: Int) -> NewEvent {
    let expired = tags.filter { tag in tag.expiresAt.map { $0 <= now } == true }.map(\.name)
    return NewEvent(
      subject: subject,
      action: .tag(TagAction(remove: expired)),
      comment: "the tags have expired"
    )
  }
}
