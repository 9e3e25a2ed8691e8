import ATProtoRepo
import CoreMetrics
import ServiceKit
import Synchronization
import VerifiedSync

/// The metrics of an app view. No label has a DID or a host as its value.
///
/// Figures of the index are read when they are asked for.
final class AppViewMetrics: Sendable {
  let registry = PrometheusRegistry()
  private let events: Counter
  private let rejectedEvents: Counter
  private let resyncs: Counter
  private let rejections: LabeledCounters
  private let cursor: Gauge
  private let records: Gauge
  private let invalidRecords: Gauge
  private let repositories: LabeledGauges
  /// What the counters have counted already.
  private let counted = Mutex(SyncCounters())

  /// The states of repositories.
  private enum State: String, CaseIterable {
    case synchronized, desynchronized, pending
  }

  init() {
    events = Counter(label: "appview_events_total", factory: registry)
    rejectedEvents = Counter(label: "appview_events_rejected_total", factory: registry)
    resyncs = Counter(label: "appview_resyncs_total", factory: registry)
    rejections = LabeledCounters(
      "appview_rejections_total",
      "reason",
      SyncRejection.Reason.allCases.map(\.rawValue),
      registry
    )
    cursor = Gauge(label: "appview_cursor", factory: registry)
    records = Gauge(label: "appview_records", factory: registry)
    invalidRecords = Gauge(label: "appview_invalid_records", factory: registry)
    repositories = LabeledGauges(
      "appview_repos",
      "state",
      State.allCases.map(\.rawValue),
      registry
    )
  }

  /// The metrics as Prometheus reads them.
  func text(_ snapshot: IndexStatus.Snapshot) -> String {
    count(snapshot.ingest.activity.counters)
    cursor.record(snapshot.ingest.sequence ?? 0)
    records.record(snapshot.collections.reduce(0) { $0 + $1.records })
    invalidRecords.record(snapshot.collections.reduce(0) { $0 + $1.invalid })
    repositories.record(State.synchronized.rawValue, snapshot.ingest.synchronized)
    repositories.record(State.desynchronized.rawValue, snapshot.ingest.desynchronized)
    repositories.record(State.pending.rawValue, snapshot.ingest.pending)
    return registry.text()
  }

  private func count(_ counters: SyncCounters) {
    let before = counted.withLock { counted in
      let before = counted
      // Two requests at once may have read the figures in another order.
      if counters.events >= before.events { counted = counters }
      return before
    }
    guard counters.events >= before.events else { return }
    events.increment(by: counters.events - before.events)
    resyncs.increment(by: max(0, counters.resyncs - before.resyncs))
    for (reason, count) in counters.rejections {
      let difference = count - (before.rejections[reason] ?? 0)
      guard difference > 0 else { continue }
      rejectedEvents.increment(by: difference)
      rejections.increment(reason.rawValue, by: difference)
    }
  }
}
