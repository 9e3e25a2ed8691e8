import ATProtoRepo

/// What all lanes share.
struct LaneContext: Sendable {
  let table: AccountTable
  let counts: HostCounts
  let writer: LogWriter
  let lookups: any AccountLookups
  let refusals: Refusals
  let metrics: RelayMetrics
  let policy: SyncPolicy
  let now: @Sendable () -> SyncTime
}
