import CoreMetrics
import Testing

@testable import ServiceKit

@Suite struct PrometheusTests {
  /// The samples of a scrape, without `# TYPE` lines.
  private func samples(_ registry: PrometheusRegistry) -> [String] {
    registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
  }

  @Test func emptyRegistryHasAnEmptyScrape() {
    #expect(PrometheusRegistry().text() == "")
  }

  @Test func eachKindIsWrittenInTheTextFormat() {
    let registry = PrometheusRegistry()
    let counter = Counter(
      label: "requests_total",
      dimensions: [("status", "2xx"), ("method", "a.b.c")],
      factory: registry
    )
    counter.increment()
    counter.increment(by: 41)
    FloatingPointCounter(label: "energy_total", factory: registry).increment(by: 0.25)
    Gauge(label: "in_flight", factory: registry).record(-3)
    let meter = Meter(label: "level", factory: registry)
    meter.set(7.5)
    meter.decrement(by: 2)
    #expect(
      registry.text() == """
        # TYPE energy_total counter
        energy_total 0.25
        # TYPE in_flight gauge
        in_flight -3
        # TYPE level gauge
        level 5.5
        # TYPE requests_total counter
        requests_total{method="a.b.c",status="2xx"} 42

        """
    )
  }

  @Test func timerIsAHistogramInSeconds() {
    let registry = PrometheusRegistry()
    let timer = Timer(label: "duration", dimensions: [("method", "m")], factory: registry)
    for milliseconds in [1, 2, 30, 600, 20_000] { timer.recordMilliseconds(milliseconds) }
    #expect(
      registry.text() == """
        # TYPE duration_seconds histogram
        duration_seconds_bucket{method="m",le="0.001"} 1
        duration_seconds_bucket{method="m",le="0.0025"} 2
        duration_seconds_bucket{method="m",le="0.005"} 2
        duration_seconds_bucket{method="m",le="0.01"} 2
        duration_seconds_bucket{method="m",le="0.025"} 2
        duration_seconds_bucket{method="m",le="0.05"} 3
        duration_seconds_bucket{method="m",le="0.1"} 3
        duration_seconds_bucket{method="m",le="0.25"} 3
        duration_seconds_bucket{method="m",le="0.5"} 3
        duration_seconds_bucket{method="m",le="1"} 4
        duration_seconds_bucket{method="m",le="2.5"} 4
        duration_seconds_bucket{method="m",le="5"} 4
        duration_seconds_bucket{method="m",le="10"} 4
        duration_seconds_bucket{method="m",le="+Inf"} 5
        duration_seconds_sum{method="m"} 20.633
        duration_seconds_count{method="m"} 5

        """
    )
  }

  @Test func timerKeepsANameThatDashboardsUse() {
    let registry = PrometheusRegistry(timersWithoutSuffix: ["duration"])
    Timer(label: "duration", factory: registry).recordSeconds(2)
    Timer(label: "other", factory: registry).recordSeconds(2)
    let names = samples(registry).filter { $0.contains("_sum") }
    #expect(names == ["duration_sum 2", "other_seconds_sum 2"])
  }

  @Test func recorderThatAggregatesIsAHistogram() {
    let registry = PrometheusRegistry()
    let recorder = Recorder(label: "size", factory: registry)
    recorder.record(10)
    recorder.record(10.5)
    let samples = samples(registry)
    #expect(samples.contains(#"size_bucket{le="10"} 1"#))
    #expect(samples.contains(#"size_bucket{le="100"} 2"#))
    #expect(samples.suffix(2) == ["size_sum 20.5", "size_count 2"])
  }

  @Test(arguments: [
    ("a\"b", #"a\"b"#), ("a\\b", #"a\\b"#), ("a\nb", #"a\nb"#), ("a\r\nb", "a\r\\nb"),
    ("{}=,", "{}=,"), ("grüße 🦋", "grüße 🦋"), ("", ""),
  ])
  func labelValueIsEscaped(_ value: String, _ escaped: String) {
    let registry = PrometheusRegistry()
    Counter(label: "c", dimensions: [("l", value)], factory: registry).increment()
    #expect(registry.text() == "# TYPE c counter\nc{l=\"\(escaped)\"} 1\n")
  }

  @Test(arguments: [
    ("a.b-c", "a_b_c"), ("9lives", "_9lives"), ("ns:total", "ns:total"), ("größe", "gr__e"),
    ("", "_"), ("a\nb", "a_b"),
  ])
  func metricNameIsMadeValid(_ label: String, _ name: String) {
    let registry = PrometheusRegistry()
    Counter(label: label, factory: registry).increment()
    #expect(samples(registry) == ["\(name) 1"])
  }

  @Test(arguments: [
    ("a.b", "a_b"), ("a:b", "a_b"), ("__name__", "label___name__"), ("le", "label_le"), ("1", "_1"),
  ])
  func labelNameIsMadeValid(_ label: String, _ name: String) {
    let registry = PrometheusRegistry()
    Counter(label: "c", dimensions: [(label, "v")], factory: registry).increment()
    #expect(samples(registry) == ["c{\(name)=\"v\"} 1"])
  }

  @Test(arguments: [
    (Double.infinity, "+Inf"), (-Double.infinity, "-Inf"), (Double.nan, "NaN"), (0, "0"),
    (1e20, "1e+20"), (0.1, "0.1"), (-2, "-2"),
  ])
  func numberHasThePrometheusFormat(_ value: Double, _ text: String) {
    let registry = PrometheusRegistry()
    Gauge(label: "g", factory: registry).record(value)
    #expect(samples(registry) == ["g \(text)"])
  }

  @Test func sameNameAndLabelsAreOneSeriesInAnyOrder() {
    let registry = PrometheusRegistry()
    for labels in [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]] {
      Counter(label: "c", dimensions: labels, factory: registry).increment()
    }
    #expect(samples(registry) == [#"c{a="1",b="2"} 2"#])
  }

  @Test func seriesBeyondTheLimitAreCountedTogether() {
    let registry = PrometheusRegistry(maximumSeries: 3)
    for index in 0..<100 {
      Counter(label: "c", dimensions: [("l", "\(index)")], factory: registry).increment()
    }
    #expect(
      samples(registry) == [#"c{l="0"} 1"#, #"c{l="1"} 1"#, #"c{l="2"} 1"#, #"c{l="other"} 97"#]
    )
  }

  /// A flood of hosts must not hide the kinds of warnings.
  @Test func labelWithTheMostValuesIsMergedFirst() {
    let registry = PrometheusRegistry(maximumSeries: 4)
    func count(_ host: Int, _ kind: String) {
      Counter(
        label: "c",
        dimensions: [("host", "\(host)"), ("kind", kind)],
        factory: registry
      ).increment()
    }
    for host in 0..<10 {
      count(host, "a")
      count(host, "b")
    }
    let expected = [
      #"c{host="0",kind="a"} 1"#, #"c{host="0",kind="b"} 1"#, #"c{host="1",kind="a"} 1"#,
      #"c{host="1",kind="b"} 1"#, #"c{host="other",kind="a"} 8"#, #"c{host="other",kind="b"} 8"#,
    ]
    // Both labels have two values; `host` is first by name.
    #expect(samples(registry) == expected)
  }

  @Test func seriesAreBoundedIfAllLabelsHaveManyValues() {
    let registry = PrometheusRegistry(maximumSeries: 4)
    for number in 0..<100 {
      Counter(
        label: "c",
        dimensions: [("a", "\(number)"), ("b", "\(number)")],
        factory: registry
      ).increment()
    }
    let samples = samples(registry)
    #expect(samples.count == 9)
    #expect(samples.contains(#"c{a="other",b="other"} 92"#))
  }

  @Test func nameBelongsToTheFirstKind() {
    let registry = PrometheusRegistry()
    Counter(label: "x", factory: registry).increment()
    Gauge(label: "x", factory: registry).record(5)
    FloatingPointCounter(label: "x", factory: registry).increment(by: 1)
    #expect(registry.text() == "# TYPE x counter\nx 1\n")
  }

  @Test func destroyedMetricIsGone() {
    let registry = PrometheusRegistry()
    let counter = Counter(label: "c", factory: registry)
    counter.increment()
    Timer(label: "t", factory: registry).destroy()
    counter.destroy()
    #expect(registry.text() == "")
  }

  @Test func concurrentIncrementsAreAllCounted() async {
    let registry = PrometheusRegistry()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let counter = Counter(label: "c", factory: registry)
          for _ in 0..<1_000 { counter.increment() }
        }
      }
    }
    #expect(samples(registry) == ["c 8000"])
  }
}
