package import CoreMetrics
package import HTTPTypes
import Synchronization
import XRPC

/// What a server reports about its requests through swift-metrics, with the prefix `xrpc`:
///
/// - `xrpc_requests_total`, by `method` and `status` (`2xx`, …)
/// - `xrpc_request_duration`, by `method`
/// - `xrpc_requests_in_flight`
/// - `xrpc_streams_open`
///
/// An event stream counts as a request, with status `1xx` if it was opened.
///
/// Requests outside of `/xrpc/` that a fallback answers count, too, with their path as `method`.
///
/// Labels come from the methods and paths that are served, never from requests, so clients cannot
/// create new ones. Any other method or path counts as `other`.
package final class ServerMetrics: Sendable {
  /// The value of the label `method` for what is not served.
  static let other = "other"

  private struct MethodMetrics: Sendable {
    let counters: [Counter]
    let timer: Timer

    init(_ prefix: String, _ method: String, _ factory: any MetricsFactory) {
      counters = (1...5).map { kind in
        Counter(
          label: "\(prefix)_requests_total",
          dimensions: [("method", method), ("status", "\(kind)xx")],
          factory: factory
        )
      }
      timer = Timer(
        label: "\(prefix)_request_duration",
        dimensions: [("method", method)],
        factory: factory
      )
    }
  }

  private let methods: [String: MethodMetrics]
  private let other: MethodMetrics
  private let inFlight: Gauge
  private let openStreams: Gauge
  private let count = Mutex(0)

  /// - Parameters:
  ///   - prefix: the beginning of each metric's name.
  ///   - methods: the values of the label `method`.
  package init(prefix: String = "xrpc", _ methods: [String], _ factory: any MetricsFactory) {
    self.methods = Dictionary(methods.map { ($0, MethodMetrics(prefix, $0, factory)) }) {
      first,
      _ in
      first
    }
    other = MethodMetrics(prefix, Self.other, factory)
    inFlight = Gauge(label: "\(prefix)_requests_in_flight", factory: factory)
    openStreams = Gauge(label: "\(prefix)_streams_open", factory: factory)
  }

  convenience init(
    _ routes: [XRPCRoute],
    webSockets: [WebSocketRoute] = [],
    _ configuration: XRPCServerConfiguration
  ) {
    self.init(
      routes.map(\.nsid) + [HealthReport.name] + configuration.fallbackPaths
        + webSockets.map(\.path),
      configuration.metrics ?? MetricsSystem.factory
    )
  }

  func record(openStreams count: Int) {
    openStreams.record(count)
  }

  /// Counts a request as in progress.
  package func begin() {
    change(inFlightBy: 1)
  }

  /// Records under the lock: two concurrent changes could otherwise be recorded in the wrong order,
  /// and the gauge would stay wrong.
  private func change(inFlightBy difference: Int) {
    count.withLock { count in
      count += difference
      inFlight.record(count)
    }
  }

  /// Counts a request as answered.
  package func end(_ method: String, _ status: HTTPResponse.Status, _ duration: Duration) {
    change(inFlightBy: -1)
    let metrics = methods[method] ?? other
    let (seconds, attoseconds) = duration.components
    metrics.timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    // Last: a request that is counted has all its other metrics recorded.
    let kind = min(max(status.code / 100, 1), 5)
    metrics.counters[kind - 1].increment()
  }
}
