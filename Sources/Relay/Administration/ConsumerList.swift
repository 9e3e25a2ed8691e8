import ComAtprotoAPI
import CoreMetrics
import Synchronization
import XRPCServer

/// The consumers that are connected to the relay.
final class ConsumerList: Sendable {
  private let registry = Mutex<StreamRegistry?>(nil)
  /// The number of events that the metrics have counted.
  private let counted = Atomic(0)

  /// Sets the registry of the server, which is created after everything that the server serves.
  func read(_ registry: StreamRegistry) {
    self.registry.withLock { $0 = registry }
  }

  var entries: [StreamEntry] { registry.withLock { $0 }?.entries ?? [] }

  /// Records the number of firehose consumers, the events sent to them, and the lag of the slowest.
  ///
  /// - Parameter head: the number of the newest event.
  func measure(_ metrics: OutputMetrics, head: Int) {
    guard let registry = registry.withLock({ $0 }) else { return }
    let consumers = registry.entries.filter { $0.path == Self.path }
    metrics.subscribers.record(consumers.count)
    metrics.lag.record(consumers.map { max(0, head - $0.sequence) }.max() ?? 0)
    let total = registry.eventsSent(Self.path)
    metrics.sent.increment(by: total - counted.exchange(total, ordering: .relaxed))
  }

  private static let path = "/xrpc/\(ComAtproto.Sync.SubscribeRepos.nsid)"
}
