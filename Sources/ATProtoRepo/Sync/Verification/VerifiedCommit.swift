public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// A `#commit` message that has been verified.
public struct VerifiedCommit: Sendable {
  /// The commit.
  public let commit: Commit
  /// The previous revision, or nil for the first commit.
  public let since: TID?
  /// The operations.
  public let operations: [RecordOperation]
  /// The blocks of the message: the commit, nodes, the records of creates and updates, and possibly
  /// others.
  public let blocks: CARBlocks
  /// Failures of checks that are relaxed, each once.
  public let warnings: [SyncRelaxation]

  /// The state of the account after the message.
  public var head: KnownAccount.Head { commit.head }

  /// Returns the new record of an operation in DAG-CBOR, or nil for a delete.
  public func record(_ operation: RecordOperation) -> [UInt8]? {
    operation.cid.flatMap(blocks.block)
  }
}

/// A `#sync` message that has been verified.
public struct VerifiedSyncMessage: Sendable {
  /// The commit.
  public let commit: Commit
  /// Whether the repository differs from the known one, so that it must be fetched: "the `blocks`
  /// field only contains the repo commit object".
  public let requiresResynchronization: Bool

  /// The state of the account after the message.
  public var head: KnownAccount.Head { commit.head }
}

extension Commit {
  var head: KnownAccount.Head { KnownAccount.Head(rev: rev, data: data) }
}

/// The state of an account that a consumer knows before a message: the "small amount of state" that
/// Sync 1.1 requires, and the identity.
public struct KnownAccount: Sendable {
  /// The state of a repository after the last accepted message.
  public struct Head: Hashable, Sendable {
    /// The revision.
    public var rev: TID
    /// The root of the tree, `data` of the commit.
    public var data: CID

    /// Creates a state.
    public init(rev: TID, data: CID) {
      self.rev = rev
      self.data = data
    }
  }

  /// The account's DID.
  public var did: DID
  /// The account's signing key.
  public var signingKey: PublicKey
  /// The state after the last message, or nil if nothing is known; in that case, the message is
  /// checked on its own and begins the chain.
  public var head: Head?

  /// Creates the state of an account.
  public init(did: DID, signingKey: PublicKey, head: Head? = nil) {
    self.did = did
    self.signingKey = signingKey
    self.head = head
  }
}
