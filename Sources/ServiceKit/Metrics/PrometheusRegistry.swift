package import CoreMetrics
import Synchronization

/// Collects the metrics that code records through swift-metrics, and writes them in the text format
/// that Prometheus reads (text exposition format 0.0.4).
///
/// | swift-metrics | Prometheus |
/// |---|---|
/// | `Counter`, `FloatingPointCounter` | counter |
/// | `Meter`, `Gauge` | gauge |
/// | `Recorder` that aggregates | histogram of the recorded numbers |
/// | `Timer` | histogram in seconds; its name gets the suffix `_seconds` |
///
/// Memory is bounded: after ``maximumSeries`` combinations of label values, the label with the most
/// values has the value `other` in new combinations; after twice as many, all labels do. Two kinds
/// of metrics cannot share a name: the first keeps it, and the second is not collected.
package final class PrometheusRegistry: Sendable {
  private struct State {
    /// Metric families by name.
    var families: [String: MetricFamily] = [:]
  }

  /// The maximum number of combinations of label values of a metric before labels are merged.
  package let maximumSeries: Int
  /// The names of timers that do not get a suffix, because existing dashboards use them.
  package let timersWithoutSuffix: Set<String>
  private let state = Mutex(State())

  package init(maximumSeries: Int = 5_000, timersWithoutSuffix: Set<String> = []) {
    self.maximumSeries = maximumSeries
    self.timersWithoutSuffix = timersWithoutSuffix
  }

  /// The body of a scrape, sorted by name and labels. Its type is ``PrometheusText/contentType``.
  package func text() -> String {
    let families = state.withLock { state in state.families.values.map { ($0, $0.series) } }
    var text = PrometheusText()
    for (family, series) in families.sorted(by: { $0.0.name < $1.0.name }) {
      text.begin(family.name, family.kind)
      for (labels, metric) in series.sorted(by: { $0.key < $1.key }) {
        metric.write(to: &text, family.name, labels)
      }
    }
    return text.text
  }

  /// The metric with a name and labels: the existing one, or the result of `make`. Nil if the name
  /// belongs to another kind of metric.
  private func metric<Metric: PrometheusMetric>(
    _ label: String,
    _ dimensions: [(String, String)],
    _ kind: MetricFamily.Kind,
    suffix: String = "",
    _ make: () -> Metric
  ) -> Metric? {
    var name = PrometheusText.name(label)
    if !name.hasSuffix(suffix) { name += suffix }
    let labels = MetricLabels(dimensions)
    return state.withLock { state in
      var family = state.families[name] ?? MetricFamily(name: name, kind: kind)
      guard family.kind == kind else { return nil }
      let key = family.key(for: labels, maximumSeries)
      if let metric = family.series[key] { return metric as? Metric }
      let metric = make()
      family.series[key] = metric
      state.families[name] = family
      return metric
    }
  }

  private func remove(_ metric: AnyObject) {
    state.withLock { state in
      for (name, family) in state.families {
        guard let labels = family.series.first(where: { $0.value === metric })?.key else {
          continue
        }
        state.families[name]?.series[labels] = nil
        if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
        return
      }
    }
  }
}

extension PrometheusRegistry: MetricsFactory {
  package func makeCounter(
    label: String,
    dimensions: [(String, String)]
  ) -> any CounterHandler {
    metric(label, dimensions, .counter) { PrometheusCounter() } ?? NOOPMetricsHandler.instance
  }

  package func makeFloatingPointCounter(
    label: String,
    dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    metric(label, dimensions, .counter) { PrometheusFloatingPointCounter() }
      ?? NOOPMetricsHandler.instance
  }

  package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    metric(label, dimensions, .gauge) { PrometheusGauge() } ?? NOOPMetricsHandler.instance
  }

  package func makeRecorder(
    label: String,
    dimensions: [(String, String)],
    aggregate: Bool
  ) -> any RecorderHandler {
    if aggregate {
      metric(label, dimensions, .histogram) { PrometheusHistogram(bounds: .numbers) }
        ?? NOOPMetricsHandler.instance
    } else {
      metric(label, dimensions, .gauge) { PrometheusGauge() } ?? NOOPMetricsHandler.instance
    }
  }

  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    let suffix = timersWithoutSuffix.contains(label) ? "" : "_seconds"
    return metric(label, dimensions, .histogram, suffix: suffix) {
      PrometheusHistogram(bounds: .seconds)
    } ?? NOOPMetricsHandler.instance
  }

  package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }

  package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
    remove(handler)
  }

  package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }

  package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }

  package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}

/// All series with one name.
struct MetricFamily {
  enum Kind: String {
    case counter
    case gauge
    case histogram
  }

  let name: String
  let kind: Kind
  var series: [MetricLabels: any PrometheusMetric] = [:]
  /// The label with the most values when the metric first had too many series.
  private var widestLabel: String?

  init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// Returns the labels of the series that collects a combination of label values.
  mutating func key(for labels: MetricLabels, _ maximum: Int) -> MetricLabels {
    guard series[labels] == nil, series.count >= maximum else { return labels }
    let widest = widestLabel ?? findWidestLabel()
    widestLabel = widest
    let merged = labels.merged { $0 == widest }
    if series[merged] != nil || series.count < 2 * maximum { return merged }
    return labels.merged { _ in true }
  }

  private func findWidestLabel() -> String? {
    var values: [String: Set<String>] = [:]
    for pair in series.keys.flatMap(\.pairs) { values[pair[0], default: []].insert(pair[1]) }
    return values.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
  }
}

/// The labels of a series, sorted by name.
struct MetricLabels: Hashable, Comparable {
  let pairs: [[String]]

  init(_ dimensions: [(String, String)]) {
    // If two labels have the same name, the last one counts: Prometheus accepts each name once.
    let values = Dictionary(
      dimensions.map { (PrometheusText.labelName($0.0), $0.1) }
    ) { $1 }
    pairs = values.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
  }

  private init(pairs: [[String]]) {
    self.pairs = pairs
  }

  /// Returns the labels with the value `other` for some of them.
  func merged(_ isMerged: (String) -> Bool) -> MetricLabels {
    MetricLabels(pairs: pairs.map { isMerged($0[0]) ? [$0[0], "other"] : $0 })
  }

  static func < (lhs: MetricLabels, rhs: MetricLabels) -> Bool {
    lhs.pairs.lexicographicallyPrecedes(rhs.pairs) { $0.lexicographicallyPrecedes($1) }
  }
}
