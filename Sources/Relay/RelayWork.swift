import Logging
import ServiceKit

/// What a relay does besides answering requests.
struct RelayWork: Sendable {
  let pipeline: RelayPipeline
  let hosts: Hosts
  let storage: RelayStorage
  let alerts: AccountLimitAlerts
  let consumers: ConsumerList
  let output: OutputMetrics
  let logger: Logger

  /// Counts the accounts of hosts, before anyone can change one.
  func prepare() async throws { try await pipeline.intake.start() }

  /// Begins to follow hosts, once consumers can connect.
  func start() async throws { try await hosts.start() }

  /// Returns once everything that was received is on disk. Hosts stop first, so that nothing
  /// arrives after what is being finished.
  func stop() async {
    await hosts.stop()
    await pipeline.intake.stop()
    do {
      try await pipeline.writer.drain()
    } catch {
      // The log has everything; the next start applies it to the store.
      logger.error("cannot write the last checkpoint", metadata: ["error": "\(error)"])
    }
  }

  /// Throws if the log or the store does not work.
  @Sendable func checkHealth() async throws {
    if let failure = pipeline.writer.failure { throw failure }
    if let failure = pipeline.checkpoints.failure { throw failure }
    _ = try await storage.store.read { transaction in try transaction.checkpoint.appliedSequence() }
  }

  /// Recurring work.
  var chores: [Housekeeping.Chore] {
    [
      Housekeeping.Chore("remove old events", every: .seconds(60)) {
        try pipeline.retention.collect()
      },
      Housekeeping.Chore("release memory", every: .seconds(30)) { ProcessMemory.releaseFree() },
      Housekeeping.Chore("measure consumers", every: .seconds(5)) {
        try await consumers.measure(output, storage.log, head: pipeline.writer.lastSequence)
      },
      Housekeeping.Chore("check account limits", every: alerts.settings.interval) {
        try await alerts.check()
      },
    ]
  }
}
