public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// A `#commit` message that was accepted.
public struct VerifiedCommit: Sendable {
  public let commit: Commit
  public let since: TID?
  public let operations: [RecordOperation]
  /// The blocks that came: the commit, nodes, the records of creates and updates; perhaps others.
  public let blocks: CARBlocks

  /// What is known of the account from now on.
  public var head: KnownAccount.Head { commit.head }

  /// The record that an operation brought, in DAG-CBOR; nil for deletes.
  public func record(_ operation: RecordOperation) -> [UInt8]? {
    operation.cid.flatMap(blocks.block)
  }
}

/// A `#sync` message that was accepted.
public struct VerifiedSync: Sendable {
  public let commit: Commit
  /// Whether the repository is another than the one known, so that it must be fetched: "the `blocks`
  /// field only contains the repo commit object".
  public let requiresResynchronization: Bool

  public var head: KnownAccount.Head { commit.head }
}

extension Commit {
  var head: KnownAccount.Head { KnownAccount.Head(rev: rev, data: data) }
}

/// What a consumer knows of an account before a message: the "small amount of state" that Sync 1.1
/// asks for, and the identity.
public struct KnownAccount: Sendable {
  /// Where a repository stood after the last message that was accepted.
  public struct Head: Hashable, Sendable {
    public var rev: TID
    /// The root of the tree, `data` of the commit.
    public var data: CID

    public init(rev: TID, data: CID) {
      self.rev = rev
      self.data = data
    }
  }

  public var did: DID
  public var signingKey: PublicKey
  /// Nil where nothing is known: the message is checked by itself, and begins the chain.
  public var head: Head?

  public init(did: DID, signingKey: PublicKey, head: Head? = nil) {
    self.did = did
    self.signingKey = signingKey
    self.head = head
  }
}
