package import ATProtoSyntax
package import XRPCServer

/// The labels of a labeler as the log of `subscribeLabels`: one event for each current label or
/// negation.
package final class LabelLog: EventLog {
  private let store: any LabelerStore
  private let encoding: LabelEncoding
  /// Milliseconds; nil to replay all labels.
  private let replayWindow: Int?
  private let now: @Sendable () -> Int

  /// - Parameters:
  ///   - replayWindow: how far back the stream goes; nil for all labels.
  ///   - now: milliseconds since 1970.
  package init(
    source: DID,
    store: any LabelerStore,
    replayWindow: Duration? = nil,
    now: @escaping @Sendable () -> Int = { Datetime.Instant.now.wholeMilliseconds }
  ) {
    self.store = store
    encoding = LabelEncoding(source: source)
    self.replayWindow = replayWindow.map { $0.milliseconds }
    self.now = now
  }

  /// From 1 if all labels are replayed: "the full history of labels is available via the stream"
  /// (Label specification, "Label Distribution Endpoints"). So a cursor is outdated only if there
  /// are labels after it that are not replayed.
  package func window() async throws -> ClosedRange<Int>? {
    try await store.read { [self] transaction throws in
      guard let newest = try transaction.labels.newest()?.sequence, newest > 0 else { return nil }
      return try min(first(transaction.labels), newest)...newest
    }
  }

  package func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) async throws -> [SequencedFrame] {
    try await store.read { [self] transaction throws in
      let labels = transaction.labels
      var after = sequence
      if replayWindow != nil, let newest = try labels.newest()?.sequence {
        after = max(after, try min(first(labels), newest) - 1)
      }
      var frames: [SequencedFrame] = []
      var size = 0
      for row in try labels.rows(after: after, maximumCount: maximumCount) {
        guard size < maximumBytes else { break }
        let frame = SequencedFrame(sequence: row.sequence, bytes: encoding.frame(of: row))
        size += frame.bytes.count
        frames.append(frame)
      }
      return frames
    }
  }

  /// The number after the last label that is too old.
  private func first(_ labels: any LabelStore) throws -> Int {
    guard let replayWindow else { return 1 }
    return (try labels.lastSequence(createdBefore: now() - replayWindow) ?? 0) + 1
  }

  package func wakeUps() -> AsyncStream<Void> { store.eventSignal.wakeUps() }
}

extension Duration {
  fileprivate var milliseconds: Int {
    Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}
