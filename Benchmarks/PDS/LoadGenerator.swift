import Foundation
import Synchronization

/// Connections that send the next request as soon as the last one is answered, or at a fixed rate, each
/// on its own thread.
struct LoadGenerator {
  struct Report {
    var calls: Int
    var seconds: Double
    /// The duration of each call in seconds, shortest first.
    var latencies: [Double]

    var rate: Double { Double(calls) / seconds }

    func percentile(_ percent: Int) -> Double {
      latencies.isEmpty ? 0 : latencies[min(latencies.count - 1, latencies.count * percent / 100)]
    }
  }

  let port: UInt16
  let connections: Int
  let seconds: Double
  /// Calls per second of all connections together; nil for as many as possible.
  var rate: Double?

  /// - Parameter request: the next request of a connection, given its number and that of the call.
  func run(_ request: @escaping @Sendable (Int, Int) -> String) throws -> Report {
    let latencies = Mutex<[Double]>([])
    let failure = Mutex<(any Error)?>(nil)
    let group = DispatchGroup()
    let kept = try (0..<connections).map { _ in try KeptConnection(port: port) }
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    for (index, connection) in kept.enumerated() {
      group.enter()
      // From here on, each connection is used only by its thread.
      nonisolated(unsafe) let connection = connection
      Thread.detachNewThread {
        defer { group.leave() }
        var own: [Double] = []
        do {
          var call = 0
          var before = ContinuousClock.now
          while before < end {
            if let rate {
              let due = start + .seconds(Double(call * connections + index) / rate)
              if before < due { Thread.sleep(forTimeInterval: (due - before) / .seconds(1)) }
              before = .now
            }
            _ = try connection.call(request(index, call))
            let after = ContinuousClock.now
            own.append((after - before) / .seconds(1))
            before = after
            call += 1
          }
        } catch {
          failure.withLock { $0 = error }
        }
        latencies.withLock { $0 += own }
      }
    }
    group.wait()
    if let error = failure.withLock({ $0 }) { throw error }
    let all = latencies.withLock { $0.sorted() }
    return Report(
      calls: all.count,
      seconds: (ContinuousClock.now - start) / .seconds(1),
      latencies: all
    )
  }
}
