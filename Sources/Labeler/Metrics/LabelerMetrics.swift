package import CoreMetrics
import ServiceKit

/// The metrics of a labeler. No label has a DID or a URI as its value.
package final class LabelerMetrics: Sendable {
  package let labels: LabelMetrics
  package let moderation: ModerationMetrics
  package let pushes: PushMetrics
  /// 1 if the DID document names the labeler's key and URL, otherwise 0.
  package let identityIsValid: Gauge
  /// The open streams of labels.
  package let subscribers: Gauge

  /// - Parameter factory: creates the metrics; nil for the factory of `MetricsSystem`.
  package init(_ factory: (any MetricsFactory)? = nil) {
    let factory = factory ?? MetricsSystem.factory
    labels = LabelMetrics(factory)
    moderation = ModerationMetrics(factory)
    pushes = PushMetrics(factory)
    identityIsValid = Gauge(label: "labeler_identity_ok", factory: factory)
    subscribers = Gauge(label: "labeler_subscribers", factory: factory)
  }
}

/// Metrics of the labels that were signed.
package struct LabelMetrics: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case created, negated, resigned
  }

  private let labels: LabeledCounters
  /// The sequence number of the newest label.
  package let head: Gauge

  init(_ factory: any MetricsFactory) {
    labels = LabeledCounters(
      "labeler_labels_total",
      "kind",
      Kind.allCases.map(\.rawValue),
      factory
    )
    head = Gauge(label: "labeler_label_head_seq", factory: factory)
  }

  package func signed(_ kind: Kind, _ count: Int = 1) {
    labels.increment(kind.rawValue, by: count)
  }
}

/// Metrics of reports and moderation events.
package struct ModerationMetrics: Sendable {
  package enum ReportOutcome: String, CaseIterable, Sendable {
    case accepted, refused, limited
  }

  private let reports: LabeledCounters
  private let events: LabeledCounters
  /// The subjects that wait for review.
  package let openSubjects: Gauge

  private static let types = [
    "report", "label", "takedown", "reverseTakedown", "acknowledge", "escalate", "comment", "tag",
    "resolveAppeal", "mute", "unmute", "muteReporter", "unmuteReporter", "priorityScore", "email",
  ]

  init(_ factory: any MetricsFactory) {
    reports = LabeledCounters(
      "labeler_reports_total",
      "outcome",
      ReportOutcome.allCases.map(\.rawValue),
      factory
    )
    events = LabeledCounters("labeler_events_total", "type", Self.types, factory)
    openSubjects = Gauge(label: "labeler_open_subjects", factory: factory)
  }

  package func reported(_ outcome: ReportOutcome) {
    reports.increment(outcome.rawValue)
  }

  /// - Parameter type: the type without its prefix: `label`, `takedown`. Unknown ones count as
  ///   `other`.
  package func emitted(_ type: String) {
    events.increment(type)
  }
}

/// Metrics of takedowns on their way to other services.
package struct PushMetrics: Sendable {
  package typealias Target = PushTarget.Kind

  package enum Outcome: String, CaseIterable, Sendable {
    case confirmed, unknown, failed
  }

  private let pushes: [Target: LabeledCounters]
  private let waiting: LabeledGauges

  init(_ factory: any MetricsFactory) {
    pushes = Dictionary(
      Target.allCases.map { target in
        let counters = LabeledCounters(
          "labeler_pushes_total",
          "outcome",
          Outcome.allCases.map(\.rawValue),
          dimensions: [("target", target.rawValue)],
          factory
        )
        return (target, counters)
      }
    ) { first, _ in first }
    waiting = LabeledGauges(
      "labeler_pushes_waiting",
      "target",
      Target.allCases.map(\.rawValue),
      factory
    )
  }

  package func pushed(to target: Target, _ outcome: Outcome) {
    pushes[target]?.increment(outcome.rawValue)
  }

  package func setWaiting(_ count: Int, for target: Target) {
    waiting.record(target.rawValue, count)
  }
}
