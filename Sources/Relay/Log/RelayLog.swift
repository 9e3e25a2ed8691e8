package import XRPCServer

/// The events that a relay has sent, and the write-ahead log of its accounts.
///
/// One thread appends; any number may read. ``MemoryRelayLog`` is the in-memory twin of
/// ``SegmentLog``.
package protocol RelayLog: EventLog {
  /// Appends all records, or none if it throws. When this returns, they are durable.
  ///
  /// The caller assigns numbers and times, which both increase.
  func append(_ records: [LogRecord]) throws

  /// The last record, even if it is older than the window; nil if there never was one. The time is
  /// the first that no record has taken.
  var last: (sequence: Int, microseconds: UInt64)? { get }

  /// The records after a number, with their effects. A page ends with the record that brings it to
  /// `maximumBytes`; it is empty only at the end of the log.
  func records(after sequence: Int, maximumBytes: Int) async throws -> [LogRecord]

  /// The records after a position that match a filter, without their effects. The frames of other
  /// records are not read.
  func entries(
    after position: LogPosition,
    matching filter: LogFilter,
    maximumCount: Int
  ) async throws -> LogEntries

  /// The position before the first record that ends after a time.
  func position(at microseconds: UInt64) async throws -> LogPosition

  /// Removes records that were stored before a time, but never the last one. May keep some of them.
  ///
  /// - Parameter sequence: later records are kept.
  func removeRecords(before microseconds: UInt64, through sequence: Int) throws

  /// Removes the oldest records until the others fit into this size, but never the last one. May
  /// keep some of them.
  ///
  /// - Parameter sequence: later records are kept.
  func removeRecords(exceeding bytes: Int, through sequence: Int) throws

  func close() throws
}

extension RelayLog {
  package func removeRecords(before microseconds: UInt64) throws {
    try removeRecords(before: microseconds, through: .max)
  }
}

/// A position in the log: after the record with this number.
package struct LogPosition: Hashable, Sendable {
  package var sequence: Int

  package init(sequence: Int) {
    self.sequence = sequence
  }
}

/// Which records to read.
package struct LogFilter: Sendable {
  package var kinds: Set<LogEntry.Kind>
  package var accounts: Set<AccountID>?
  /// For commits only. Nil for all. Records that do not match may be found too.
  package var collections: [CollectionPattern]?

  package init(
    kinds: Set<LogEntry.Kind> = Set(LogEntry.Kind.allCases),
    accounts: Set<AccountID>? = nil,
    collections: [CollectionPattern]? = nil
  ) {
    self.kinds = kinds
    self.accounts = accounts
    self.collections = collections
  }

  func wants(_ kind: LogEntry.Kind, _ account: AccountID, _ bloom: CollectionBloom) -> Bool {
    guard kinds.contains(kind), accounts?.contains(account) ?? true else { return false }
    guard kind == .commit, let collections else { return true }
    return collections.contains { bloom.mayMatch($0) }
  }
}

/// A page of records that match a filter.
package struct LogEntries: Sendable {
  package var records: [LogRecord]
  /// Everything up to here was looked at.
  package var position: LogPosition
  /// Whether the log had nothing after ``position``.
  package var isAtEnd: Bool

  package init(records: [LogRecord], position: LogPosition, isAtEnd: Bool) {
    self.records = records
    self.position = position
    self.isAtEnd = isAtEnd
  }
}
