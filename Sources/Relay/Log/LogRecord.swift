/// An event as the log has it.
package struct LogRecord: Hashable, Sendable {
  package var sequence: Int
  /// When the event was stored, in microseconds since the Unix epoch. Times strictly increase, and
  /// a commit takes as many microseconds as it has operations.
  package var microseconds: UInt64
  package var kind: LogEntry.Kind
  package var account: AccountID
  /// The host that sent the event, or that of the account if the relay made it.
  package var host: HostID
  /// The number of the event at its host, or nil if the relay made it.
  package var upstreamSequence: Int?
  package var operationCount: Int
  package var collections: CollectionBloom
  /// A ``LogEffect``; empty in answers that are not for recovery.
  package var effect: [UInt8]
  package var frame: [UInt8]

  package init(
    sequence: Int,
    microseconds: UInt64,
    kind: LogEntry.Kind,
    account: AccountID,
    host: HostID,
    upstreamSequence: Int? = nil,
    operationCount: Int = 0,
    collections: CollectionBloom = CollectionBloom(),
    effect: [UInt8] = [],
    frame: [UInt8]
  ) {
    self.sequence = sequence
    self.microseconds = microseconds
    self.kind = kind
    self.account = account
    self.host = host
    self.upstreamSequence = upstreamSequence
    self.operationCount = operationCount
    self.collections = collections
    self.effect = effect
    self.frame = frame
  }

  /// The time after the last of the record's operations.
  package var end: UInt64 { microseconds + UInt64(max(1, operationCount)) }
}
