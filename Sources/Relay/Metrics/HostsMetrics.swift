package import CoreMetrics
package import ServiceKit

/// Metrics of what hosts send and how connections to them end.
package struct HostsMetrics: Sendable {
  package let newAccounts: Counter
  /// The connections to hosts. The name is that of the reference relay, to which hosts are inbound.
  package let connections: Gauge
  package let frames: Counter
  package let bytes: Counter
  package let events: Counter
  /// By reason: `lost`, `refused`, `errorFrame`, `malformedFrame`, `silent`, `banned`, `stopped`.
  package let disconnects: LabeledCounters
  /// The hosts with each `HostStatus`.
  package let status: LabeledGauges
  /// The bytes of events that wait for verification, of all hosts.
  package let queuedBytes: Gauge
  package let accountLimitAlerts: Counter
  /// Refused crawl requests, by ``CrawlError/Code``.
  package let refusedCrawls: LabeledCounters
  private let factory: any MetricsFactory

  init(_ factory: any MetricsFactory) {
    self.factory = factory
    accountLimitAlerts = Counter(label: "relay_account_limit_alerts_total", factory: factory)
    refusedCrawls = LabeledCounters(
      "relay_crawl_requests_refused_total",
      "reason",
      CrawlError.Code.allCases.map(\.rawValue),
      factory
    )
    newAccounts = Counter(label: "relay_new_users_discovered", factory: factory)
    connections = Gauge(label: "relay_connected_inbound", factory: factory)
    frames = Counter(label: "indigo_repo_stream_events_received_total", factory: factory)
    bytes = Counter(label: "indigo_repo_stream_bytes_total", factory: factory)
    events = Counter(label: "relay_upstream_events_total", factory: factory)
    disconnects = LabeledCounters(
      "relay_upstream_disconnects_total",
      "reason",
      ["lost", "refused", "errorFrame", "malformedFrame", "silent", "banned", "stopped"],
      factory
    )
    status = LabeledGauges(
      "relay_host_status",
      "status",
      ["active", "idle", "offline", "throttled", "banned"],
      factory
    )
    queuedBytes = Gauge(label: "relay_queue_depth_bytes", factory: factory)
  }

  /// The metrics of one host, to be kept as long as the host is connected.
  package func host(_ name: String) -> HostMetrics {
    HostMetrics(name, factory)
  }
}

/// What one host sends.
package struct HostMetrics: Sendable {
  package let events: Counter
  package let commits: Counter
  package let syncs: Counter
  /// From the arrival of an event until it is stored or refused.
  package let duration: Timer
  private let name: String
  private let factory: any MetricsFactory

  static let durationName = "events_handle_duration"

  init(_ name: String, _ factory: any MetricsFactory) {
    self.name = name
    self.factory = factory
    let dimensions = [("pds", name)]
    events = Counter(label: "events_received_counter", dimensions: dimensions, factory: factory)
    commits = Counter(
      label: "repo_commits_received_counter",
      dimensions: dimensions,
      factory: factory
    )
    syncs = Counter(label: "repo_sync_received_counter", dimensions: dimensions, factory: factory)
    duration = Timer(label: Self.durationName, dimensions: dimensions, factory: factory)
  }

  /// Counts an event that is suspicious.
  ///
  /// - Parameter kind: a word of this program, such as the name of a relaxation; never text from an
  ///   event.
  package func warn(_ kind: String) {
    Counter(
      label: "events_warn_counter",
      dimensions: [("pds", name), ("warn", kind)],
      factory: factory
    ).increment()
  }
}
