/// Where the events of a stream are kept for those who come back: the roll-back window.
///
/// ``MemoryEventLog`` is the twin for tests.
public protocol EventLog: Sendable {
  /// The first and the last sequence number that are kept; nil where nothing is.
  func window() async throws -> ClosedRange<Int>?

  /// The frames with greater sequence numbers than `sequence`, in order, from the first on and
  /// without a gap: at most `maximumCount`, and no more once `maximumBytes` are reached. Empty only
  /// where nothing follows.
  func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) async throws -> [SequencedFrame]
}
