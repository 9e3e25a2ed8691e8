/// The events after a subscriber's position were deleted while it read the log.
package struct EventsDeleted: Error, Hashable {
  package init() {}
}

/// Where the events of a stream are stored: its rollback window, as ``EventBroadcast`` reads it.
///
/// ``MemoryEventLog`` is the in-memory twin.
public protocol EventLog: Sendable {
  /// The first and the last stored sequence number; nil if the log is empty.
  func window() async throws -> ClosedRange<Int>?

  /// The stored frames after `sequence`, in order and without omissions. The page ends after
  /// `maximumCount` frames, or with the frame that brings it to `maximumBytes`; a page that reaches
  /// neither limit includes the last stored frame.
  ///
  /// Sequence numbers "may contain arbitrary gaps" (Event Stream specification, "Sequence
  /// Numbers"), for example after a log deleted single events.
  func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) async throws -> [SequencedFrame]

  /// A stream with an element whenever new events can be read; see ``EventSignal/wakeUps()``.
  func wakeUps() -> AsyncStream<Void>
}
