package import ATProtoSyntax
package import XRPCServer

/// A service's stored events, within a transaction of its store.
///
/// A transaction that changes data appends the events about the change, so both become durable
/// together or not at all. Sequence numbers are assigned in commit order: no reader sees an event
/// before all earlier ones are readable.
package protocol EventLogStore {
  /// Appends an event with the next sequence number.
  ///
  /// - Parameters:
  ///   - key: the subject of the event, such as an account's DID; see ``removeEvents(of:)``.
  ///   - frame: makes the binary WebSocket message from the event's sequence number and time.
  func append(
    _ key: String,
    _ frame: (_ sequence: Int, _ instant: Datetime.Instant) throws -> [UInt8]
  ) throws

  /// The first and the last stored sequence number; nil if the log is empty.
  func window() throws -> ClosedRange<Int>?

  /// The stored frames after `sequence`, in order. The page ends after `maximumCount` frames, or
  /// with the frame that brings it to `maximumBytes`. Removed events leave gaps between sequence
  /// numbers.
  func frames(after sequence: Int, maximumCount: Int, maximumBytes: Int) throws -> [SequencedFrame]

  /// Removes events that were appended before `milliseconds` since 1970, at most `limit` of them,
  /// but never the last event, from which numbering continues.
  ///
  /// - Returns: whether more such events may be left.
  func removeEvents(before milliseconds: Int, limit: Int) throws -> Bool

  /// Removes the events of a key, but never the last event of the log.
  func removeEvents(of key: String) throws
}
