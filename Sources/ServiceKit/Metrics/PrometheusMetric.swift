import CoreMetrics
import Synchronization

/// One series of the registry.
protocol PrometheusMetric: AnyObject, Sendable {
  func write(to text: inout PrometheusText, _ name: String, _ labels: MetricLabels)
}

final class PrometheusCounter: PrometheusMetric, CounterHandler {
  private let value = Atomic<Int64>(0)

  func increment(by amount: Int64) {
    value.wrappingAdd(amount, ordering: .relaxed)
  }

  func reset() {
    value.store(0, ordering: .relaxed)
  }

  func write(to text: inout PrometheusText, _ name: String, _ labels: MetricLabels) {
    text.sample(name, labels, Double(value.load(ordering: .relaxed)))
  }
}

final class PrometheusFloatingPointCounter: PrometheusMetric, FloatingPointCounterHandler {
  private let value = Mutex(0.0)

  func increment(by amount: Double) {
    value.withLock { $0 += amount }
  }

  func reset() {
    value.withLock { $0 = 0 }
  }

  func write(to text: inout PrometheusText, _ name: String, _ labels: MetricLabels) {
    text.sample(name, labels, value.withLock { $0 })
  }
}

final class PrometheusGauge: PrometheusMetric, MeterHandler, RecorderHandler {
  private let value = Mutex(0.0)

  func set(_ value: Int64) { set(Double(value)) }

  func set(_ value: Double) {
    self.value.withLock { $0 = value }
  }

  func increment(by amount: Double) {
    value.withLock { $0 += amount }
  }

  func decrement(by amount: Double) {
    value.withLock { $0 -= amount }
  }

  func record(_ value: Int64) { set(Double(value)) }

  func record(_ value: Double) { set(value) }

  func write(to text: inout PrometheusText, _ name: String, _ labels: MetricLabels) {
    text.sample(name, labels, value.withLock { $0 })
  }
}

/// Counts recorded values by upper bound, and adds them up.
final class PrometheusHistogram: PrometheusMetric, RecorderHandler, TimerHandler {
  private struct State {
    /// One count for each bound, and one for values above all bounds.
    var counts: [Int]
    var sum = 0.0
  }

  /// In ascending order; a value equal to a bound counts as below it.
  private let bounds: [Double]
  private let state: Mutex<State>

  init(bounds: [Double]) {
    self.bounds = bounds
    state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    let index = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock { state in
      state.counts[index] += 1
      state.sum += value
    }
  }

  func recordNanoseconds(_ duration: Int64) {
    record(Double(duration) / 1_000_000_000)
  }

  func write(to text: inout PrometheusText, _ name: String, _ labels: MetricLabels) {
    let state = state.withLock { $0 }
    var count = 0
    for (bound, inBucket) in zip(bounds + [.infinity], state.counts) {
      count += inBucket
      text.sample(name + "_bucket", labels, bound: bound, Double(count))
    }
    text.sample(name + "_sum", labels, state.sum)
    text.sample(name + "_count", labels, Double(count))
  }
}

extension [Double] {
  /// For durations, from a millisecond to ten seconds.
  static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  /// For counts and sizes of any unit.
  static let numbers = (0...9).map { exponent in
    (0..<exponent).reduce(1.0) { product, _ in product * 10 }
  }
}
