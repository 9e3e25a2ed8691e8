import ATProtoRepo

// Decisions of the relay itself, which hosts cannot change.

extension LaneTurn {
  /// Takes an account down, or lifts a takedown.
  mutating func decide(
    _ status: LocalStatus,
    _ done: @escaping @Sendable (DecisionResult) -> Void
  ) {
    guard var row = account.row else { return done(.unknownAccount) }
    guard row.local != status, status == .takendown || row.local == .takendown else {
      // Nothing changes, but what was decided before may not be durable yet.
      return append(LogEntry(done: { _ in done(.stored(sequence: nil)) }))
    }
    row.local = status
    // A takedown counts as an account that is served, even if it was throttled before.
    if status == .active, row.isLive, context.counts.freePlaces(row.host) < 0 {
      row.local = .hostThrottled
    }
    row = keep(row)
    announce(row, done: { done(.stored(sequence: $0)) })
    resynchronize()
  }

  /// Admits an account that was beyond the limit of its host.
  mutating func admit(_ done: () -> Void) {
    defer { done() }
    guard var row = account.row, row.local == .hostThrottled, row.isLive,
      context.counts.admit(&row)
    else { return }
    account.row = row
    announce(row)
    resynchronize()
  }

  /// Commits were dropped while the account was not served. If it is not active at its host either,
  /// its next commit breaks the chain.
  private mutating func resynchronize() {
    guard let row = account.row, row.visible.isActive else { return }
    carryOut(account.state.desynchronize(at: now))
  }
}
