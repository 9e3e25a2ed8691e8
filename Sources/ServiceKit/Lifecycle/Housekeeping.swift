package import Logging
import ServiceLifecycle

/// Runs a service's recurring chores, such as deleting expired data.
///
/// A chore that fails is logged and runs again when it is next due. Chores run one at a time.
package struct Housekeeping: Service {
  package struct Chore: Sendable {
    let name: String
    let interval: Duration?
    let work: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - name: completes "cannot …" in the log, for example `collect blobs`.
    ///   - interval: the time from one run to the next; nil to run once.
    package init(
      _ name: String,
      every interval: Duration?,
      _ work: @escaping @Sendable () async throws -> Void
    ) {
      self.name = name
      self.interval = interval
      self.work = work
    }
  }

  private let chores: [Chore]
  private let logger: Logger
  private let untilListening: AsyncStream<Void>

  /// - Parameter untilListening: finishes when the server is listening. No chore runs before that,
  ///   so a server that cannot start leaves its data untouched.
  package init(_ chores: [Chore], untilListening: AsyncStream<Void>, logger: Logger) {
    self.chores = chores
    self.untilListening = untilListening
    self.logger = logger
  }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {
      for await _ in untilListening {}
      try Task.checkCancellation()
      var due: [ContinuousClock.Instant?] = chores.map { _ in .now }
      // Wait forever: a service that returns before the group shuts down would end the group.
      while true {
        let next = due.compactMap { $0 }.min() ?? .now + .seconds(3600)
        try await Task.sleep(until: next)
        for (index, chore) in chores.enumerated() {
          guard let time = due[index], time <= .now else { continue }
          await run(chore)
          try Task.checkCancellation()
          due[index] = chore.interval.map { .now + $0 }
        }
      }
    }
  }

  private func run(_ chore: Chore) async {
    do {
      try await chore.work()
    } catch is CancellationError {
      // The server is shutting down.
    } catch {
      logger.error("cannot \(chore.name)", metadata: ["error": "\(error)"])
    }
  }
}
