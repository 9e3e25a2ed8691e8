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
  /// - Parameters:
  ///   - log: where the events are read.
  ///   - head: the number of the newest event.
  func measure(_ metrics: OutputMetrics, _ log: any RelayLog, head: Int) async throws {
    guard let registry = registry.withLock({ $0 }) else { return }
    let consumers = registry.entries.filter { $0.path == Self.path }
    metrics.subscribers.record(consumers.count)
    // A consumer that has not received anything yet has no position.
    let slowest = consumers.map(\.sequence).filter { $0 > 0 }.min() ?? head
    metrics.lag.record(max(0, head - slowest))
    let total = registry.eventsSent(Self.path)
    metrics.sent.increment(by: total - counted.exchange(total, ordering: .relaxed))
    metrics.lagSeconds.record(slowest < head ? try await Self.seconds(after: slowest, log) : 0)
  }

  /// The time between the first event after a number and the newest event.
  private static func seconds(after sequence: Int, _ log: any RelayLog) async throws -> Double {
    guard let next = try await log.records(after: sequence, maximumBytes: 1).first,
      let last = log.last, last.microseconds > next.microseconds
    else { return 0 }
    return Double(last.microseconds - next.microseconds) / 1_000_000
  }

  private static let path = "/xrpc/\(ComAtproto.Sync.SubscribeRepos.nsid)"
}
