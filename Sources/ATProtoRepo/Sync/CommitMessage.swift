public import ATProtoData

/// A `#commit` message as it came (Sync specification, "`#commit` Events"), whichever way it was
/// decoded. Texts are not parsed yet; deprecated fields are left out.
public struct CommitMessage: Sendable {
  /// One element of `ops`.
  public struct Operation: Hashable, Sendable {
    public var action: String
    public var path: String
    public var cid: CID?
    public var prev: CID?

    public init(action: String, path: String, cid: CID?, prev: CID?) {
      self.action = action
      self.path = path
      self.cid = cid
      self.prev = prev
    }
  }

  public var repo: String
  public var rev: String
  public var since: String?
  public var commit: CID
  /// A CAR slice.
  public var blocks: [UInt8]
  public var operations: [Operation]
  public var prevData: CID?

  public init(
    repo: String,
    rev: String,
    since: String?,
    commit: CID,
    blocks: [UInt8],
    operations: [Operation],
    prevData: CID?
  ) {
    self.repo = repo
    self.rev = rev
    self.since = since
    self.commit = commit
    self.blocks = blocks
    self.operations = operations
    self.prevData = prevData
  }
}

/// A `#sync` message as it came (Sync specification, "`#sync` Events").
public struct SyncMessage: Sendable {
  public var did: String
  public var rev: String
  /// A CAR file of the commit alone.
  public var blocks: [UInt8]

  public init(did: String, rev: String, blocks: [UInt8]) {
    self.did = did
    self.rev = rev
    self.blocks = blocks
  }
}

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
