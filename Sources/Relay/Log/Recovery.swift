import ATProtoSyntax
import ServiceKit
import XRPCServer

/// Brings the store up to the end of the log.
///
/// Records have whole rows, so applying one again changes nothing. The numbers that the records
/// have at their hosts are noted as finished: a host that repeats them after its cursor does no
/// harm.
package struct Recovery: Sendable {
  /// After the store has been ahead of the log, which happens only if the log was lost, consumers
  /// may have seen numbers that are in neither.
  private static let safetyMargin = 1_000_000
  private static let pageBytes = 8 << 20

  /// The number and the time of the next event.
  package let numbers: LogNumbers
  package let appliedSequence: Int
  package let nextAccountID: AccountID
  package let takedowns: TakenDownAccounts
  /// The number of records that the store did not have.
  package let recordCount: Int

  /// - Parameter initialSequence: the lowest number of a new event, at least 1.
  package init(_ storage: RelayStorage, initialSequence: Int = 1) async throws {
    let stored = try await storage.store.read { try $0.checkpoint.appliedSequence() }
    let first = try await storage.log.window()?.lowerBound ?? 0
    // Numbers are skipped only behind what the store has.
    let skipped = [stored + Self.safetyMargin + 1, initialSequence]
    guard stored == 0 || first <= stored + 1 || skipped.contains(first) else {
      throw ServiceError(
        .corruption,
        """
        cannot recover: the database has events up to \(stored), but the log begins at \(first); \
        restore a newer copy of the database
        """
      )
    }
    var applied = stored
    var count = 0
    while true {
      let page = try await storage.log.records(after: applied, maximumBytes: Self.pageBytes)
      guard let last = page.last else { break }
      try await Self.apply(page, to: storage.store)
      applied = last.sequence
      count += page.count
    }
    let last = storage.log.last
    let lost = (last?.sequence ?? 0) < stored
    let newest = max(
      last?.sequence ?? 0,
      lost ? stored + Self.safetyMargin : 0,
      initialSequence - 1
    )
    numbers = LogNumbers(sequence: newest + 1, microseconds: last?.microseconds ?? 0)
    appliedSequence = applied
    recordCount = count
    let newestAccount = try await storage.store.read { try $0.accounts.maximumID() }
    nextAccountID = AccountID(rawValue: (newestAccount?.rawValue ?? 0) + 1)
    takedowns = try await TakenDownAccounts(storage.store)
  }

  private static func apply(_ records: [LogRecord], to store: any RelayStore) async throws {
    var changes = PendingChanges()
    // The identity may have changed with these, and records do not have it: the next event looks it
    // up, so that the old PDS of an account that moved is not believed again.
    var unknown: Set<AccountID> = []
    var finished: [HostID: [Int]] = [:]
    for record in records {
      let effect = try LogEffect(bytes: record.effect)
      changes.note(effect.row, effect.update)
      changes.appliedSequence = record.sequence
      switch record.kind {
      case .identity, .account: unknown.insert(record.account)
      case .commit, .sync: break
      }
      if let number = record.upstreamSequence { finished[record.host, default: []].append(number) }
    }
    let (all, numbers, forgotten) = (changes, finished, unknown)
    try await store.write { transaction in
      try all.write(to: transaction) { !forgotten.contains($0) }
      for (id, numbers) in numbers {
        guard let host = try transaction.hosts.host(id) else { continue }
        // Without a cursor, it is not known which earlier events were not finished: all of them are
        // requested again.
        let cursor = host.cursor ?? 0
        try transaction.hosts.setProgress(
          of: id,
          cursor: cursor,
          ahead: host.ahead.union(numbers.filter { $0 > cursor })
        )
      }
    }
  }
}

extension [Range<Int>] {
  /// These ranges, and single numbers, as ascending ranges that do not touch.
  func union(_ numbers: [Int]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    let all = self + numbers.map { $0..<$0 + 1 }
    for range in all.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
