import CoreMetrics
import ServiceKit
import Synchronization

/// The metrics of an app view. No label has a DID or a host as its value.
///
/// Figures of the index are read when they are asked for.
final class AppViewMetrics: Sendable {
  let registry = PrometheusRegistry()
  private let events: Counter
  private let rejectedEvents: Counter
  private let resyncs: Counter
  private let cursor: Gauge
  private let records: Gauge
  private let invalidRecords: Gauge
  private let repositories: LabeledGauges
  private let rejections: LabeledCounters
  /// What the counters have counted already.
  private let counted = Mutex(IndexingReport.Totals())

  /// The states of repositories.
  private enum State: String, CaseIterable {
    case synchronized, desynchronized, pending
  }

  /// - Parameter reasons: the reasons for which events are rejected; others count as `other`.
  init(reasons: [String] = []) {
    events = Counter(label: "appview_events_total", factory: registry)
    rejectedEvents = Counter(label: "appview_events_rejected_total", factory: registry)
    resyncs = Counter(label: "appview_resyncs_total", factory: registry)
    cursor = Gauge(label: "appview_cursor", factory: registry)
    records = Gauge(label: "appview_records", factory: registry)
    invalidRecords = Gauge(label: "appview_invalid_records", factory: registry)
    repositories = LabeledGauges(
      "appview_repos",
      "state",
      State.allCases.map(\.rawValue),
      registry
    )
    rejections = LabeledCounters("appview_rejections_total", "reason", reasons, registry)
    for state in State.allCases { repositories.record(state.rawValue, 0) }
    // A counter appears with its first increment.
    for counter in [events, rejectedEvents, resyncs] { counter.increment(by: 0) }
  }

  /// The metrics as Prometheus reads them.
  func text(_ snapshot: IndexStatus.Snapshot) -> String {
    let totals = snapshot.report.totals
    let before = counted.withLock { counted in
      defer { counted = totals }
      return counted
    }
    events.increment(by: max(0, totals.events - before.events))
    rejectedEvents.increment(by: max(0, totals.rejectedEvents - before.rejectedEvents))
    resyncs.increment(by: max(0, totals.resyncs - before.resyncs))
    for (reason, count) in totals.rejections {
      let difference = count - (before.rejections[reason] ?? 0)
      if difference > 0 { rejections.increment(reason, by: difference) }
    }
    cursor.record(snapshot.report.sequence ?? 0)
    records.record(snapshot.collections.reduce(0) { $0 + $1.records })
    invalidRecords.record(snapshot.collections.reduce(0) { $0 + $1.invalid })
    repositories.record(State.synchronized.rawValue, snapshot.repositories.synchronized)
    repositories.record(State.desynchronized.rawValue, snapshot.repositories.desynchronized)
    repositories.record(State.pending.rawValue, snapshot.repositories.pending)
    return registry.text()
  }
}
