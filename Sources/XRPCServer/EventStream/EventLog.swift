/// Where the events of a stream are kept for those who come back: the roll-back window.
///
/// ``MemoryEventLog`` is the twin for tests.
public protocol EventLog: Sendable {
  /// The first and the last sequence number that are kept; nil where nothing is.
  func window() async throws -> ClosedRange<Int>?

  /// The frames with greater sequence numbers than `sequence`, in order, from the first that is kept
  /// on and leaving none of the kept out: at most `maximumCount`, and no more once `maximumBytes` are
  /// reached. Empty only where nothing follows.
  ///
  /// "They may contain arbitrary gaps" (Event Stream specification, "Sequence Numbers"): so where a
  /// log forgot single events.
  func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) async throws -> [SequencedFrame]
}
