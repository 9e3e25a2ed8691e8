import ATProtoRepo
import Foundation
import XRPCServer

/// The path of an event through the relay, from its host to consumers.
struct RelayPipeline: Sendable {
  let table: AccountTable
  let counts: HostCounts
  let droppedEvents: DroppedEvents
  let checkpoints: Checkpoints
  let served: ServedLog
  let retention: Retention
  let firehose: Firehose
  let writer: LogWriter
  let calls: HostCalls
  let intake: RelayIntake
  let accounts: Accounts

  init(
    _ configuration: RelayConfiguration,
    _ storage: RelayStorage,
    _ network: RelayNetwork,
    _ metrics: RelayMetrics,
    _ recovery: Recovery
  ) {
    table = AccountTable(
      lanes: ProcessInfo.processInfo.activeProcessorCount,
      capacity: configuration.accountCache,
      store: storage.store,
      nextID: recovery.nextAccountID
    )
    counts = HostCounts(defaultLimit: configuration.defaultAccountLimit)
    droppedEvents = DroppedEvents()
    checkpoints = Checkpoints(
      store: storage.store,
      appliedSequence: recovery.appliedSequence,
      takedowns: recovery.takedowns
    )
    // Accounts may leave the memory once the store has them.
    checkpoints.setWritten { [table] in table.stored($0) }
    served = ServedLog(
      storage.log,
      replayWindow: configuration.replayWindow,
      takedowns: recovery.takedowns
    )
    retention = Retention(
      storage.log,
      checkpoints,
      replayWindow: configuration.replayWindow,
      maximumBytes: configuration.maximumLogBytes,
      metrics: metrics
    )
    firehose = Firehose(served, startingAfter: recovery.numbers.sequence - 1)
    writer = LogWriter(
      storage.log,
      checkpoints,
      firehose.broadcast,
      numbers: recovery.numbers,
      metrics: metrics
    )
    calls = HostCalls(
      transport: network.guarded,
      userAgent: RelayVersion.userAgent,
      allowsInsecureHosts: configuration.allowsInsecureHosts
    )
    intake = RelayIntake(
      table,
      counts: counts,
      store: storage.store,
      writer: writer,
      lookups: NetworkLookups(network, calls, configuration),
      droppedEvents: droppedEvents,
      metrics: metrics,
      policy: configuration.isLenient ? .lenientRelay : .relay
    )
    accounts = Accounts(
      table,
      intake: intake,
      store: storage.store,
      writer: writer,
      checkpoints: checkpoints
    )
  }
}
