package import CoreMetrics

/// Counters with one label, for values that are known at the start; any other value counts as
/// `other`.
package struct LabeledCounters: Sendable {
  private let counters: [String: Counter]
  private let other: Counter

  /// - Parameter dimensions: further labels, the same for all counters.
  package init(
    _ name: String,
    _ label: String,
    _ values: [String],
    dimensions: [(String, String)] = [],
    _ factory: any MetricsFactory
  ) {
    counters = Dictionary(
      values.map { value in
        let labels = dimensions + [(label, value)]
        return (value, Counter(label: name, dimensions: labels, factory: factory))
      }
    ) { first, _ in first }
    other = Counter(label: name, dimensions: dimensions + [(label, "other")], factory: factory)
  }

  package func increment(_ value: String, by amount: Int = 1) {
    (counters[value] ?? other).increment(by: amount)
  }
}

/// Gauges with one label, for values that are known at the start.
package struct LabeledGauges: Sendable {
  private let gauges: [String: Gauge]

  package init(
    _ name: String,
    _ label: String,
    _ values: [String],
    _ factory: any MetricsFactory
  ) {
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
