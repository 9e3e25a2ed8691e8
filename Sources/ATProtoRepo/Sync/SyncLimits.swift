/// What a message of the firehose may hold (Sync specification, "`#commit` Events").
public struct SyncLimits: Hashable, Sendable {
  public var commit: CommitLimits
  /// Bytes of `blocks` of a `#sync` message, which holds a commit alone.
  public var syncBlocks: Int
  /// Whether records must be DAG-CBOR ("Events containing corrupt or entirely invalid records may
  /// be rejected").
  public var checksRecords: Bool

  public init(commit: CommitLimits = .sync, syncBlocks: Int = 10_000, checksRecords: Bool = true) {
    self.commit = commit
    self.syncBlocks = syncBlocks
    self.checksRecords = checksRecords
  }

  public static let `default` = SyncLimits()

  /// Of a block: what the slice may have. Records are measured one by one.
  var car: CARLimits { CARLimits(block: commit.slice) }
}
