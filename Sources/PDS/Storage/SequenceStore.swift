import ATProtoSyntax

/// The firehose, as far back as it is kept.
protocol SequenceStore {
  /// Gives the event the next number and keeps its frame; subscribers get it once the transaction
  /// is on the disk.
  func append(_ event: SequenceEvent) throws

  /// The first and the last sequence number that are kept; nil where nothing is.
  func window() throws -> ClosedRange<Int>?

  /// Frames after `sequence`, in order, all that are kept: at most `maximumCount`, and no more once
  /// `maximumBytes` are reached. Where an account was deleted the numbers have gaps.
  func frames(after sequence: Int, maximumCount: Int, maximumBytes: Int) throws -> [SequenceEntry]

  /// Forgets what was sequenced before `milliseconds` since 1970, but never the last event: the
  /// numbers go on from it.
  ///
  /// - Returns: whether there may be more than the `limit` that were forgotten.
  func removeEvents(before milliseconds: Int, limit: Int) throws -> Bool
  /// Forgets the events of an account that is deleted, but never the last of all.
  func removeEvents(of did: DID) throws
}

struct SequenceEntry: Sendable {
  var sequence: Int
  /// One binary WebSocket message.
  var frame: [UInt8]
}
