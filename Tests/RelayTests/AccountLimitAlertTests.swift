import ATProtoRepo
import Testing

@testable import Relay

/// When hosts that come close to their account limit are reported.
@Suite struct AccountLimitAlertTests {
  private static let hour: SyncTime = 3_600_000_000

  @Test(
    arguments: [
      (79, nil, 0, nil), (80, nil, 0, .alert), (100, nil, 0, .alert), (0, nil, 0, nil),
      // Reported at hour 10: again after six hours, or once it is below the threshold.
      (80, 10, 15, nil), (80, 10, 16, .alert), (79, 10, 11, .recover), (0, 10, 11, .recover),
    ] as [(Int, SyncTime?, SyncTime, AccountLimitAlerts.Decision?)]
  )
  func hostIsReportedFromTheThresholdAndAgainAfterAnInterval(
    _ accounts: Int,
    _ alertedAt: SyncTime?,
    _ now: SyncTime,
    _ decision: AccountLimitAlerts.Decision?
  ) {
    #expect(
      AccountLimitAlerts.decision(
        accounts: accounts,
        limit: 100,
        alertedAt: alertedAt.map { $0 * Self.hour },
        now: now * Self.hour,
        AccountLimitAlertSettings()
      ) == decision
    )
  }
}
