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
