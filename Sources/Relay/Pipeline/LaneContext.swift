import ATProtoRepo

/// What all lanes share. A class, because each event holds it.
final class LaneContext: Sendable {
  let table: AccountTable
  let counts: HostCounts
  let writer: LogWriter
  let lookups: any AccountLookups
  let droppedEvents: DroppedEvents
  let metrics: RelayMetrics
  let policy: SyncPolicy
  let now: @Sendable () -> SyncTime

  init(
    table: AccountTable,
    counts: HostCounts,
    writer: LogWriter,
    lookups: any AccountLookups,
    droppedEvents: DroppedEvents,
    metrics: RelayMetrics,
    policy: SyncPolicy,
    now: @escaping @Sendable () -> SyncTime
  ) {
    self.table = table
    self.counts = counts
    self.writer = writer
    self.lookups = lookups
    self.droppedEvents = droppedEvents
    self.metrics = metrics
    self.policy = policy
    self.now = now
  }
}
