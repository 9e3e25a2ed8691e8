package import ATProtoRepo
import ATProtoSyntax

extension SyncTime {
  /// The time of the system clock.
  package static var now: SyncTime {
    let instant = Datetime.Instant.now
    return SyncTime(Swift.max(instant.seconds, 0)) * 1_000_000
      + SyncTime(instant.nanoseconds / 1000)
  }

  /// The time in the form of the protocol.
  var datetime: String {
    let instant = Datetime.Instant(
      seconds: Int64(clamping: self / 1_000_000),
      nanoseconds: Int32(self % 1_000_000) * 1000
    )
    return (Datetime(instant) ?? .now).string
  }

  func adding(_ duration: Duration) -> SyncTime {
    let parts = duration.components
    let microseconds = SyncTime(clamping: parts.seconds).multipliedReportingOverflow(by: 1_000_000)
    let rest = SyncTime(clamping: parts.attoseconds / 1_000_000_000_000)
    guard !microseconds.overflow else { return .max }
    let (sum, isOverflowing) = addingReportingOverflow(microseconds.partialValue + rest)
    return isOverflowing ? .max : sum
  }
}
