/// The settings of ``Hosts``.
package struct HostsConfiguration: Sendable {
  /// Whether hosts on this machine and hosts without TLS may be crawled.
  package var allowsInsecureHosts: Bool
  /// Patterns of the names of trusted hosts; see ``HostName/matches(_:)``.
  package var trustedDomains: [String]
  /// The maximum number of events of a host that may be under way at once.
  package var concurrency: Int
  /// The base of the quota per second.
  package var eventsPerSecond: Int
  package var defaultAccountLimit: Int
  /// The maximum number of hosts that may be added by anyone in a day.
  package var newHostsPerDay: Int
  /// Whether anyone may request crawls.
  package var isCrawlEnabled: Bool
  /// Whether hosts have generous quotas, for development.
  package var isDevelopment: Bool

  package init(
    allowsInsecureHosts: Bool = false,
    trustedDomains: [String] = ["*.host.bsky.network"],
    concurrency: Int = 40,
    eventsPerSecond: Int = 50,
    defaultAccountLimit: Int = 100,
    newHostsPerDay: Int = 50,
    isCrawlEnabled: Bool = true,
    isDevelopment: Bool = false
  ) {
    self.allowsInsecureHosts = allowsInsecureHosts
    self.trustedDomains = trustedDomains
    self.concurrency = concurrency
    self.eventsPerSecond = eventsPerSecond
    self.defaultAccountLimit = defaultAccountLimit
    self.newHostsPerDay = newHostsPerDay
    self.isCrawlEnabled = isCrawlEnabled
    self.isDevelopment = isDevelopment
  }

  /// The maximum number of accounts of a trusted host, unless the operator sets another limit.
  static let trustedAccountLimit = 10_000_000

  func isTrusted(_ name: HostName) -> Bool {
    trustedDomains.contains { name.matches($0) }
  }

  /// The maximum number of accounts of a host.
  package func accountLimit(of row: HostRow) -> Int {
    row.accountLimit
      ?? (isTrusted(row.name) ? Self.trustedAccountLimit : defaultAccountLimit)
  }

  func quotas(of row: HostRow) -> HostQuotas {
    if isDevelopment { return .development(eventsPerSecond: eventsPerSecond) }
    if isTrusted(row.name) { return .trusted }
    return HostQuotas(accountLimit: accountLimit(of: row), eventsPerSecond: eventsPerSecond)
  }
}
