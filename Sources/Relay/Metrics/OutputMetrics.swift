package import CoreMetrics

/// Metrics of the output log and its readers.
package struct OutputMetrics: Sendable {
  private let emitted: Counter
  private let enqueued: Counter
  private let broadcast: Counter
  /// The events sent to all consumers together.
  package let sent: Counter
  private let stored: Gauge
  private let head: Gauge
  package let collectionsStarted: Counter
  package let collectionsCompleted: Counter
  package let subscribers: Gauge
  /// The distance of the slowest consumer from the head, in events.
  package let lag: Gauge
  /// The same in seconds between the newest event and the first that the consumer has not received.
  package let lagSeconds: Gauge

  init(_ factory: any MetricsFactory) {
    emitted = Counter(label: "relay_frames_emitted_total", factory: factory)
    enqueued = Counter(label: "indigo_events_enqueued_for_broadcast_total", factory: factory)
    broadcast = Counter(label: "indigo_events_broadcast_total", factory: factory)
    sent = Counter(label: "events_sent_counter", factory: factory)
    stored = Gauge(label: "disk_persister_current_seq", factory: factory)
    head = Gauge(label: "relay_firehose_head_seq", factory: factory)
    collectionsStarted = Counter(
      label: "disk_persister_garbage_collections_started",
      factory: factory
    )
    collectionsCompleted = Counter(
      label: "disk_persister_garbage_collections_completed",
      factory: factory
    )
    subscribers = Gauge(label: "relay_subscriber_count", factory: factory)
    lag = Gauge(label: "relay_subscriber_lag_events", factory: factory)
    lagSeconds = Gauge(label: "relay_subscriber_lag_seconds", factory: factory)
  }

  /// Counts a batch that is on disk.
  package func stored(_ count: Int, upTo sequence: Int) {
    enqueued.increment(by: count)
    stored.record(sequence)
  }

  /// Counts a batch that consumers can read.
  package func published(_ count: Int, upTo sequence: Int) {
    emitted.increment(by: count)
    broadcast.increment(by: count)
    head.record(sequence)
  }
}

/// Jetstream subscribers.
package struct JetstreamMetrics: Sendable {
  package let subscribers: Gauge
  package let events: Counter
  package let bytes: Counter

  init(_ factory: any MetricsFactory) {
    subscribers = Gauge(label: "jetstream_subscriber_count", factory: factory)
    events = Counter(label: "jetstream_events_delivered_total", factory: factory)
    bytes = Counter(label: "jetstream_bytes_delivered_total", factory: factory)
  }
}
