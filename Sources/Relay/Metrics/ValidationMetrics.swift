package import ATProtoRepo
package import CoreMetrics
import ServiceKit

/// Metrics of what verification finds.
package struct ValidationMetrics: Sendable {
  private let rejections: LabeledCounters
  /// Those of them that may be valid.
  private let refusals: LabeledCounters
  private let published: Counter
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
    published = Counter(label: "relay_validator_published_total", factory: factory)
    refusals = LabeledCounters(
      "relay_validator_dropped_total",
      "reason",
      reasons.filter { SyncRejection.Reason(rawValue: $0)?.isAboutTheEvent == false },
      factory
    )
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
    if !reason.isAboutTheEvent { refusals.increment(reason.rawValue) }
  }

  /// Counts an event that is passed on.
  package func passed() { published.increment() }

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

extension SyncRejection.Reason {
  /// Whether something is wrong with the event. Otherwise, it may be valid, but the relay does not
  /// pass it on.
  fileprivate var isAboutTheEvent: Bool {
    switch self {
    case .queueFull, .desynchronized, .duplicate, .takendown, .throttled: false
    default: true
    }
  }
}
