import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import XRPCServer

extension HostView {
  /// The host in the admin API, with the names of the reference implementation.
  func adminValue(accountCount: Int) -> DataValue {
    var value: DataObject = [
      "ID": .integer(Int(row.id.rawValue)),
      "CreatedAt": .string(TimeText.text(row.createdAt)),
      "Host": .string(row.name.text),
      "SSL": .boolean(row.name.usesTLS),
      "Cursor": .integer(row.cursor ?? -1),
      "Registered": .boolean(row.status == .active),
      "Blocked": .boolean(row.status == .banned),
      "Status": .string(row.status.rawValue),
      "CrawlRateLimit": 0,
      "RepoCount": .integer(accountCount),
      "RepoLimit": .integer(accountLimit),
      "HasActiveConnection": .boolean(isConnected),
      "EventsSeenSinceStartup": .integer(eventsReceived),
      "PerSecondEventRate": Self.rate(quotas.perSecond, 1),
      "PerHourEventRate": Self.rate(quotas.perHour, 3600),
      "PerDayEventRate": Self.rate(quotas.perDay, 86_400),
      "UserCount": .integer(accountCount),
      "AccountLimitAlertsSilenced": .boolean(row.alertsSilenced),
      "AccountLimitAlertState": row.alertedAt == nil ? "ok" : "warning",
    ]
    value["AccountLimitAlertSentAt"] = row.alertedAt.map { .string(TimeText.text($0)) }
    return .object(value)
  }

  /// - Parameter maximum: `Int.max` for a host without such a quota.
  private static func rate(_ maximum: Int, _ window: Int) -> DataValue {
    ["Max": .integer(maximum == .max ? -1 : maximum), "Window": .integer(window)]
  }
}

extension StreamEntry {
  /// The consumer in the admin API, with the names of the reference implementation.
  var adminValue: DataValue {
    [
      "id": .integer(Int(id)),
      "remote_addr": .string(remoteAddress ?? ""),
      "user_agent": .string(userAgent ?? ""),
      "events_consumed": .integer(eventsSent),
      "connected_at": .string(connectedAt.string),
      "path": .string(path),
    ]
  }
}

/// Times of the relay as text.
enum TimeText {
  /// - Parameter microseconds: since 1970.
  static func text(_ microseconds: SyncTime) -> String {
    let instant = Datetime.Instant(
      seconds: Int64(microseconds / 1_000_000),
      nanoseconds: Int32(microseconds % 1_000_000) * 1000
    )
    return Datetime(instant)?.string ?? "\(microseconds)"
  }
}
