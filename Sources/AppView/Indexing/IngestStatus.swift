package import ATProtoSyntax
package import VerifiedSync

/// How far an app view has followed the network.
package struct IngestStatus: Sendable {
  /// The first synchronization of the repositories that were listed.
  package struct Backfill: Hashable, Sendable {
    /// The repositories that were listed, counted once for each list that has them.
    package var listed = 0
    /// Whether all lists have been read to their ends.
    package var isListed = false
    /// The repositories that are known.
    package var known = 0
    /// The known repositories that have not been tried.
    package var waiting = 0
    /// The repositories that were tried per second, over the last minute.
    package var rate = 0.0
    /// Whether every listed repository has been tried once.
    package var isComplete = false

    /// The time left at this rate; nil if it is not known.
    package var timeLeft: Duration? {
      guard isListed, rate > 0 else { return nil }
      return .seconds(min(Double(waiting) / rate, 1e9))
    }
  }

  /// The number of repositories in each phase.
  package var phases: [RepositoryPhase: Int]
  /// Counts of events and rejections, and the position in the stream.
  package var activity: SyncActivity
  package var backfill: Backfill
  /// Whether the stream is open.
  package var isConnected: Bool
  /// The collections whose records are being indexed again.
  package var reindexing: Set<NSID>

  /// The sequence number of the last event whose effects, and those of all before it, can be read.
  package var sequence: Int? { activity.cursor }
  /// The time since the last event was created, as the relay has stamped it; nil before the first
  /// one. On a quiet stream, it grows although nothing is behind.
  package var lag: Duration? {
    guard let time = activity.counters.lastEventTime else { return nil }
    let (now, then) = (Datetime.Instant.now, time.instant)
    let (seconds, isOverflowing) = now.seconds.subtractingReportingOverflow(then.seconds)
    guard !isOverflowing else { return nil }
    return max(.zero, .seconds(seconds) + .nanoseconds(Int64(now.nanoseconds - then.nanoseconds)))
  }
  /// Repositories that are up to date.
  package var synchronized: Int { phases[.active] ?? 0 }
  /// Repositories that are known and have never been tried.
  package var pending: Int { phases[.pending] ?? 0 }
  /// Repositories that wait to be fetched again.
  package var desynchronized: Int {
    [.desynchronized, .resyncing, .error].reduce(0) { $0 + (phases[$1] ?? 0) }
  }
}

/// Measures how many repositories are tried per second.
struct BackfillRate: Sendable {
  private static let window = 60
  private var samples: ArraySlice<(time: ContinuousClock.Instant, tried: Int)> = []

  mutating func sample(_ tried: Int, at now: ContinuousClock.Instant) {
    samples.append((now, tried))
    if samples.count > Self.window { samples.removeFirst() }
  }

  var perSecond: Double {
    guard let first = samples.first, let last = samples.last else { return 0 }
    let seconds = (last.time - first.time) / .seconds(1)
    return seconds > 0 ? Double(max(0, last.tried - first.tried)) / seconds : 0
  }
}
