public import ATProtoData

/// A `#commit` message (Sync specification, "`#commit` Events"), decoded by any decoder.
///
/// Strings are not parsed yet, and deprecated fields are omitted.
public struct CommitMessage: Sendable {
  /// An element of `ops`.
  public struct Operation: Hashable, Sendable {
    /// `create`, `update` or `delete`.
    public var action: String
    /// The path of the record.
    public var path: String
    /// The new version, or nil for a delete.
    public var cid: CID?
    /// The previous version, or nil for a create.
    public var prev: CID?

    /// Creates an operation.
    public init(action: String, path: String, cid: CID?, prev: CID?) {
      self.action = action
      self.path = path
      self.cid = cid
      self.prev = prev
    }
  }

  /// The account's DID.
  public var repo: String
  /// The revision of the commit.
  public var rev: String
  /// The previous revision, or nil for the first commit.
  public var since: String?
  /// The CID of the commit.
  public var commit: CID
  /// The CAR slice.
  public var blocks: [UInt8]
  /// The operations.
  public var operations: [Operation]
  /// The previous root of the tree, or nil for the first commit.
  public var prevData: CID?

  /// Creates a message.
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

/// A `#sync` message (Sync specification, "`#sync` Events").
public struct SyncMessage: Sendable {
  /// The account's DID.
  public var did: String
  /// The revision of the commit.
  public var rev: String
  /// A CAR file with only the commit.
  public var blocks: [UInt8]

  /// Creates a message.
  public init(did: String, rev: String, blocks: [UInt8]) {
    self.did = did
    self.rev = rev
    self.blocks = blocks
  }
}

/// The limits of messages of the firehose (Sync specification, "`#commit` Events").
public struct SyncLimits: Hashable, Sendable {
  /// The limits of `#commit` messages.
  public var commit: CommitLimits
  /// The largest `blocks` of a `#sync` message, in bytes; it contains only the commit.
  public var syncBlocks: Int
  /// The largest frame, in bytes: "a hard maximum size limit of 5 MBytes".
  public var frame: Int
  /// Whether records must be DAG-CBOR ("Events containing corrupt or entirely invalid records may
  /// be rejected").
  public var checksRecords: Bool

  /// Creates limits; those that are not given are the defaults.
  public init(
    commit: CommitLimits = .sync,
    syncBlocks: Int = 10_000,
    frame: Int = 5 << 20,
    checksRecords: Bool = true
  ) {
    self.commit = commit
    self.syncBlocks = syncBlocks
    self.frame = frame
    self.checksRecords = checksRecords
  }

  /// The limits of the specification.
  public static let `default` = SyncLimits()

  /// The slice limit also limits each block. Records are measured one by one.
  var car: CARLimits { CARLimits(block: commit.slice) }
}
