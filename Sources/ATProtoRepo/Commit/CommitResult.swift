public import ATProtoData
public import ATProtoSyntax

/// A new commit, and everything that a store and a `#commit` message need of it.
public struct CommitResult: Sendable {
  public let commit: Commit
  /// `since`: the revision before; nil for the first commit.
  public let since: TID?
  /// `prevData`: the tree's root before; nil for the first commit.
  public let prevData: CID?
  /// `ops`, in the order of the writes.
  public let operations: [RecordOperation]

  /// For the store: the new commit, nodes and records; the old commit and nodes.
  public let changes: BlockChanges
  /// The versions of records that were replaced or deleted. They are not in ``changes``, since
  /// only an index of records can tell whether another path has the same record.
  public let replacedRecords: [CID]

  /// For `#commit`: the commit, the nodes that prove and invert the operations, the new records.
  public let slice: BlockList

  /// `blocks` of a `#commit` message: ``slice`` as a CAR file whose root is the commit.
  public func carSlice() -> [UInt8] {
    var writer = CARWriter(roots: [commit.cid])
    for (cid, block) in slice { writer.append(cid, block) }
    return writer.bytes
  }

  /// `blocks` of a `#sync` message: a CAR file of the commit alone.
  public func carCommit() -> [UInt8] {
    commit.carFile()
  }
}

/// What one commit may hold (Sync specification, "`#commit` Events").
public struct CommitLimits: Hashable, Sendable {
  public var operations: Int
  /// Bytes of one record.
  public var record: Int
  /// Bytes of the CAR slice.
  public var slice: Int

  public init(operations: Int, record: Int, slice: Int) {
    self.operations = operations
    self.record = record
    self.slice = slice
  }

  /// "at most 200 record operations", "individual record blocks … one million bytes", "`blocks`
  /// … 2 million bytes".
  public static let sync = CommitLimits(operations: 200, record: 1_000_000, slice: 2_000_000)

  /// For commits that are announced by `#sync`: imports of whole repositories.
  public static let unlimited = CommitLimits(operations: .max, record: 1_000_000, slice: .max)
}
