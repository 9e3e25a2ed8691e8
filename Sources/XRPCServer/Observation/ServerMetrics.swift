import CoreMetrics
import HTTPTypes
import Synchronization
import XRPC

/// Reports requests to swift-metrics:
///
/// - `xrpc_requests_total`, by `method` and `status` (`2xx`, …)
/// - `xrpc_request_duration`, by `method`
/// - `xrpc_requests_in_flight`
/// - `xrpc_streams_open`
///
/// An event stream counts as a request, with `1xx` if it was opened.
///
/// Labels come from the server's routes, never from requests, so that clients cannot create new ones.
/// Calls of other methods count as `other`.
final class ServerMetrics: Sendable {
  private struct MethodMetrics: Sendable {
    let counters: [Counter]
    let timer: Timer

    init(_ method: String, _ factory: any MetricsFactory) {
      counters = (1...5).map { kind in
        Counter(
          label: "xrpc_requests_total",
          dimensions: [("method", method), ("status", "\(kind)xx")],
          factory: factory
        )
      }
      timer = Timer(
        label: "xrpc_request_duration",
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

  init(_ nsids: [String], _ factory: any MetricsFactory) {
    methods = Dictionary(nsids.map { ($0, MethodMetrics($0, factory)) }) { first, _ in first }
    other = MethodMetrics("other", factory)
    inFlight = Gauge(label: "xrpc_requests_in_flight", factory: factory)
    openStreams = Gauge(label: "xrpc_streams_open", factory: factory)
  }

  convenience init(_ routes: [XRPCRoute], _ configuration: XRPCServerConfiguration) {
    self.init(
      routes.map(\.nsid) + [HealthReport.name],
      configuration.metrics ?? MetricsSystem.factory
    )
  }

  func record(openStreams count: Int) {
    openStreams.record(count)
  }

  func begin() {
    change(inFlightBy: 1)
  }

  /// Records the count under the lock. Otherwise two changes could be recorded in the wrong order, and
  /// the gauge would stay wrong.
  private func change(inFlightBy difference: Int) {
    count.withLock { count in
      count += difference
      inFlight.record(count)
    }
  }

  func end(_ nsid: String, _ status: HTTPResponse.Status, _ duration: Duration) {
    change(inFlightBy: -1)
    let metrics = methods[nsid] ?? other
    let (seconds, attoseconds) = duration.components
    metrics.timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    // Last, so that once a request is counted, its other metrics have been recorded.
    let kind = min(max(status.code / 100, 1), 5)
    metrics.counters[kind - 1].increment()
  }
}
