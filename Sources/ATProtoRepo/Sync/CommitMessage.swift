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
