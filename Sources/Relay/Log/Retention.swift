import CoreMetrics

/// Deletes events that are older than the window.
package struct Retention: Sendable {
  /// How much longer events are kept than they are offered, for consumers that are reading them.
  private static let margin: UInt64 = 600_000_000

  private let log: any RelayLog
  private let checkpoints: Checkpoints
  private let window: ReplayWindow
  private let metrics: RelayMetrics

  package init(
    _ log: any RelayLog,
    _ checkpoints: Checkpoints,
    replayWindow: Duration,
    metrics: RelayMetrics,
    now: @escaping @Sendable () -> UInt64 = ServedLog.clock
  ) {
    self.log = log
    self.checkpoints = checkpoints
    self.metrics = metrics
    window = ReplayWindow(length: replayWindow, now: now)
  }

  package func collect() throws {
    metrics.output.collectionsStarted.increment()
    let start = window.start
    // What the store does not have yet is kept for recovery.
    try log.removeRecords(
      before: start > Self.margin ? start - Self.margin : 0,
      through: checkpoints.storedSequence
    )
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
