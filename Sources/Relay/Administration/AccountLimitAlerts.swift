import ATProtoRepo
import CoreMetrics
import Logging

/// Reports hosts that come close to their account limit, so that the operator can raise it before
/// accounts are throttled.
struct AccountLimitAlerts: Sendable {
  let settings: AccountLimitAlertSettings
  let hosts: Hosts
  let counts: HostCounts
  let metrics: HostsMetrics
  let logger: Logger
  var now: @Sendable () -> SyncTime = { .now }

  /// What to do about a host.
  enum Decision: Hashable {
    case alert
    /// It was reported, and is below the threshold again.
    case recover
  }

  /// Returns nil if there is nothing to report.
  static func decision(
    accounts: Int,
    limit: Int,
    alertedAt: SyncTime?,
    now: SyncTime,
    _ settings: AccountLimitAlertSettings
  ) -> Decision? {
    guard Double(accounts) >= Double(limit) * settings.threshold, accounts > 0 else {
      return alertedAt == nil ? nil : .recover
    }
    guard let alertedAt else { return .alert }
    return now >= alertedAt.adding(settings.repeatInterval) ? .alert : nil
  }

  /// Checks all hosts, except those whose alerts are silenced.
  func check() async throws {
    let views = try await hosts.page(after: nil, limit: .max, includesSilent: true)
    for host in views where !host.row.alertsSilenced {
      let accounts = counts.accountCount(of: host.row.id)
      let now = now()
      let decision = Self.decision(
        accounts: accounts,
        limit: host.accountLimit,
        alertedAt: host.row.alertedAt,
        now: now,
        settings
      )
      let metadata: Logger.Metadata = [
        "host": "\(host.row.name)", "accounts": "\(accounts)", "limit": "\(host.accountLimit)",
      ]
      switch decision {
      case .alert:
        logger.warning("a host is close to its account limit", metadata: metadata)
        metrics.accountLimitAlerts.increment()
        try await hosts.setAlerted(at: now, of: host.row.name)
      case .recover:
        logger.notice("a host is below its account limit again", metadata: metadata)
        try await hosts.setAlerted(at: nil, of: host.row.name)
      case nil: break
      }
    }
  }
}
