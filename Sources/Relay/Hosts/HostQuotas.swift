/// The maximum number of events that a host may send in a sliding second, hour, and day. Further
/// events wait.
package struct HostQuotas: Hashable, Sendable {
  package var perSecond: Int
  package var perHour: Int
  package var perDay: Int

  package init(perSecond: Int, perHour: Int, perDay: Int) {
    self.perSecond = perSecond
    self.perHour = perHour
    self.perDay = perDay
  }

  /// The quotas of hosts that the operator trusts.
  package static let trusted = HostQuotas(
    perSecond: 5000,
    perHour: 50_000_000,
    perDay: 500_000_000
  )

  /// The quotas of every host during development.
  static func development(eventsPerSecond: Int) -> HostQuotas {
    HostQuotas(perSecond: eventsPerSecond, perHour: .max, perDay: .max)
  }

  /// The quotas of a host that may have `accountLimit` accounts, as the reference implementation
  /// computes them.
  package init(accountLimit: Int, eventsPerSecond: Int) {
    // Operators may set any limit, and the quotas must not overflow.
    let limit = min(max(0, accountLimit), 1 << 40)
    self.init(
      perSecond: eventsPerSecond + limit / 1000,
      perHour: 2500 + limit,
      perDay: 20_000 + 10 * limit
    )
  }
}
