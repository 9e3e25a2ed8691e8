package import CoreMetrics

/// The metrics of a relay. Names are those of the reference relays, if they have such a metric.
///
/// Labels have few values: those of `pds` are bounded by `PrometheusRegistry`, which counts further
/// hosts together as `other`; no label holds an IP address.
package final class RelayMetrics: Sendable {
  package let hosts: HostsMetrics
  package let validation: ValidationMetrics
  package let output: OutputMetrics
  package let jetstream: JetstreamMetrics

  /// Timers whose names do not end in `_seconds`, for `PrometheusRegistry`.
  package static let timersWithoutSuffix: Set<String> = [HostMetrics.durationName]

  /// - Parameter factory: creates the metrics; nil for the factory of `MetricsSystem`.
  package init(_ factory: (any MetricsFactory)? = nil) {
    let factory = factory ?? MetricsSystem.factory
    hosts = HostsMetrics(factory)
    validation = ValidationMetrics(factory)
    output = OutputMetrics(factory)
    jetstream = JetstreamMetrics(factory)
  }
}

/// Counters with one label, for values that are known at the start; any other value counts as
/// `other`.
package struct LabeledCounters: Sendable {
  private let counters: [String: Counter]
  private let other: Counter

  init(_ name: String, _ label: String, _ values: [String], _ factory: any MetricsFactory) {
    counters = Dictionary(
      values.map { value in
        (value, Counter(label: name, dimensions: [(label, value)], factory: factory))
      }
    ) { first, _ in first }
    other = Counter(label: name, dimensions: [(label, "other")], factory: factory)
  }

  package func increment(_ value: String, by amount: Int = 1) {
    (counters[value] ?? other).increment(by: amount)
  }
}

/// Gauges with one label, for values that are known at the start.
package struct LabeledGauges: Sendable {
  private let gauges: [String: Gauge]

  init(_ name: String, _ label: String, _ values: [String], _ factory: any MetricsFactory) {
    gauges = Dictionary(
      values.map { value in
        (value, Gauge(label: name, dimensions: [(label, value)], factory: factory))
      }
    ) { first, _ in first }
  }

  package func record(_ value: String, _ count: Int) {
    gauges[value]?.record(count)
  }
}
