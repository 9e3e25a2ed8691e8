/// The labels of a labeler, within a transaction.
///
/// The table of labels is also the log of the stream: a row is an event, and replacing a row removes
/// the event of the earlier label. "Labels which have been negated have the original label removed
/// from the stream, but the negation remains" (Label specification, "Label Distribution Endpoints").
package protocol LabelStore {
  /// The current label of a subject and value, negated or not.
  func row(uri: String, value: String) throws -> LabelRow?

  /// The last sequence number that was assigned, and the time of its label; nil before the first
  /// label. In a database that was restored from a backup, the number is greater than all that the
  /// original can have assigned, so numbering continues after it.
  func newest() throws -> (sequence: Int, createdAt: Int)?

  /// Stores a label in place of the one with the same subject and value. Its sequence number must be
  /// greater than that of ``newest()``.
  func replace(_ row: LabelRow) throws

  /// The labels on the subjects in `ranges`, ordered by subject and value, by their bytes.
  ///
  /// - Parameters:
  ///   - ranges: in order, without overlap.
  ///   - cursor: the last label that is left out.
  func rows(in ranges: [SubjectRange], after cursor: LabelCursor?, limit: Int) throws -> [LabelRow]

  /// The labels after `sequence`, in the order of their sequence numbers.
  func rows(after sequence: Int, maximumCount: Int) throws -> [LabelRow]

  /// The last sequence number of a label that was created before a time in milliseconds since 1970.
  func lastSequence(createdBefore milliseconds: Int) throws -> Int?

  /// Replaces the signature of a label. Does nothing if the label has been replaced, or has been
  /// signed with another key than `old`.
  func setSignature(_ signature: [UInt8], key: Int, of sequence: Int, ifKeyIs old: Int) throws

  /// The keys that have signed labels, as `did:key`, by their IDs.
  func keys() throws -> [(id: Int, didKey: String)]

  /// - Returns: the ID of the new key.
  func addKey(_ didKey: String) throws -> Int

  func count() throws -> Int
}
