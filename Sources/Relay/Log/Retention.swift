import CoreMetrics

/// Deletes events that are older than the window, and the oldest ones if the log is too large.
package struct Retention: Sendable {
  /// How much longer events are kept than they are offered, for consumers that are reading them.
  private static let margin: UInt64 = 600_000_000

  private let log: any RelayLog
  private let checkpoints: Checkpoints
  private let window: ReplayWindow
  private let maximumBytes: Int?
  private let metrics: RelayMetrics

  /// - Parameter maximumBytes: the size of the log above which even events within the window are
  ///   deleted; nil if there is no limit.
  package init(
    _ log: any RelayLog,
    _ checkpoints: Checkpoints,
    replayWindow: Duration,
    maximumBytes: Int? = nil,
    metrics: RelayMetrics,
    now: @escaping @Sendable () -> UInt64 = ServedLog.clock
  ) {
    self.log = log
    self.checkpoints = checkpoints
    self.metrics = metrics
    self.maximumBytes = maximumBytes
    window = ReplayWindow(length: replayWindow, now: now)
  }

  package func collect() throws {
    metrics.output.collectionsStarted.increment()
    let start = window.start
    // What the store does not have yet is kept for recovery.
    let stored = checkpoints.storedSequence
    try log.removeRecords(before: start > Self.margin ? start - Self.margin : 0, through: stored)
    if let maximumBytes { try log.removeRecords(exceeding: maximumBytes, through: stored) }
    metrics.output.collectionsCompleted.increment()
  }
}

/// The time for which consumers may read events again.
struct ReplayWindow: Sendable {
  private let microseconds: UInt64
  private let now: @Sendable () -> UInt64

  init(length: Duration, now: @escaping @Sendable () -> UInt64) {
    let (seconds, attoseconds) = length.components
    microseconds =
      UInt64(max(0, seconds)) * 1_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000_000)
    self.now = now
  }

  /// In microseconds since the Unix epoch.
  var start: UInt64 {
    let now = now()
    return now > microseconds ? now - microseconds : 0
  }
}
