import CoreMetrics
import HTTPTypes
import Synchronization
import XRPC

/// What a server tells of its requests through swift-metrics:
///
/// - `xrpc_requests_total`, by `method` and `status` (`2xx`, …)
/// - `xrpc_request_duration`, by `method`
/// - `xrpc_requests_in_flight`
/// - `xrpc_streams_open`
///
/// An event stream counts as a request, `1xx` where it was opened.
///
/// Labels come from the methods that are served, never from requests: strangers cannot make new
/// ones. Whatever else is called counts as `other`.
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

  /// Recorded under the lock: two that change the count would else tell of it in any order, and the
  /// gauge would stay wrong.
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
    // Last: who sees a request counted sees all that is told of it.
    let kind = min(max(status.code / 100, 1), 5)
    metrics.counters[kind - 1].increment()
  }
}
