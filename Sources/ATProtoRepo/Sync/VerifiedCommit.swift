import ATProtoData
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
