package import ATProtoRepo
package import CoreMetrics
import ServiceKit

/// Metrics of what verification finds.
package struct ValidationMetrics: Sendable {
  private let rejections: LabeledCounters
  private let warnings: LabeledCounters
  private let deferrals: LabeledCounters
  private let lookups: LabeledCounters
  private let resyncs: LabeledCounters
  /// Events that are not passed on, by reason, including those of accounts that are not served.
  private let drops: LabeledCounters
  /// The accounts in memory.
  package let residentAccounts: Gauge

  /// What an event waits for.
  package enum Deferral: String, CaseIterable, Sendable {
    case identity, hostStatus, repository
  }

  /// How a lookup of an identity or the fetch of a repository ends.
  package enum Outcome: String, CaseIterable, Sendable {
    case succeeded, notFound, tombstoned, invalid, temporary
  }

  init(_ factory: any MetricsFactory) {
    let reasons = SyncRejection.Reason.allCases.map(\.rawValue)
    let outcomes = Outcome.allCases.map(\.rawValue)
    rejections = LabeledCounters("relay_validator_rejected_total", "reason", reasons, factory)
    warnings = LabeledCounters(
      "relay_validator_passed_with_warning_total",
      "reason",
      SyncRelaxation.allCases.map(\.rawValue),
      factory
    )
    deferrals = LabeledCounters(
      "relay_validator_deferred_total",
      "reason",
      Deferral.allCases.map(\.rawValue),
      factory
    )
    lookups = LabeledCounters("relay_identity_lookups_total", "outcome", outcomes, factory)
    resyncs = LabeledCounters("relay_resyncs_total", "outcome", outcomes, factory)
    drops = LabeledCounters("relay_frames_dropped_total", "reason", reasons, factory)
    residentAccounts = Gauge(label: "relay_accounts_resident", factory: factory)
  }

  /// Counts an event that is refused.
  package func rejected(_ reason: SyncRejection.Reason) {
    rejections.increment(reason.rawValue)
    drops.increment(reason.rawValue)
  }

  /// Counts an event that is passed on although a strict relay would refuse it.
  package func passed(despite relaxation: SyncRelaxation) {
    warnings.increment(relaxation.rawValue)
  }

  /// Counts an event that waits.
  package func deferred(for deferral: Deferral) {
    deferrals.increment(deferral.rawValue)
  }

  package func lookedUp(_ outcome: Outcome) {
    lookups.increment(outcome.rawValue)
  }

  package func resynchronized(_ outcome: Outcome) {
    resyncs.increment(outcome.rawValue)
  }
}
