import ATProtoRepo
import ATProtoSyntax

/// The time, and a way to wait for it. Tests use a clock that they set.
protocol SyncClock: Sendable {
  /// Microseconds since the Unix epoch.
  var now: SyncTime { get }
  /// Returns at that time, or when the task is canceled.
  func sleep(until time: SyncTime) async
}

struct SystemSyncClock: SyncClock {
  var now: SyncTime {
    let now = Datetime.Instant.now
    return SyncTime(clamping: now.seconds) * 1_000_000 + SyncTime(now.nanoseconds / 1000)
  }

  func sleep(until time: SyncTime) async {
    let now = now
    guard time > now else { return }
    try? await Task.sleep(for: .microseconds(Int64(clamping: time - now)))
  }
}

extension SyncTime {
  /// A pause that doubles with each attempt, the first of which has the number 1.
  static func pause(_ first: SyncTime, _ longest: SyncTime, attempt: Int) -> SyncTime {
    let (pause, isOverflowing) = first.multipliedReportingOverflow(
      by: 1 << SyncTime(Swift.max(0, Swift.min(attempt - 1, 20)))
    )
    return isOverflowing ? longest : Swift.min(pause, longest)
  }
}

extension Duration {
  var microseconds: SyncTime {
    let (seconds, attoseconds) = components
    return SyncTime(clamping: seconds) * 1_000_000 + SyncTime(attoseconds / 1_000_000_000_000)
  }
}
