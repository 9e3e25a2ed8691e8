public import ATProtoData
public import ATProtoSyntax

/// A new commit with everything that a store and a `#commit` message need.
public struct CommitResult: Sendable {
  /// The new commit.
  public let commit: Commit
  /// `since`: the previous revision, or nil for the first commit.
  public let since: TID?
  /// `prevData`: the previous root of the tree, or nil for the first commit.
  public let prevData: CID?
  /// `ops`, in the order of the writes.
  public let operations: [RecordOperation]

  /// The changes for the store: adds the new commit, nodes and records; removes the old commit and
  /// nodes.
  public let changes: BlockChanges
  /// The versions of records that were replaced or deleted.
  ///
  /// They are not in ``changes``, because only an index of records can tell whether another path
  /// has the same record.
  public let replacedRecords: [CID]

  /// The blocks for `#commit`: the commit, the nodes that prove and invert the operations, the new
  /// records.
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

/// The limits of a commit (Sync specification, "`#commit` Events").
public struct CommitLimits: Hashable, Sendable {
  /// The most record operations.
  public var operations: Int
  /// The largest record, in bytes.
  public var record: Int
  /// The largest CAR slice, in bytes.
  public var slice: Int

  /// Creates limits.
  public init(operations: Int, record: Int, slice: Int) {
    self.operations = operations
    self.record = record
    self.slice = slice
  }

  /// The limits of the specification: "at most 200 record operations", "individual record blocks …
  /// one million bytes", "`blocks` … 2 million bytes".
  public static let sync = CommitLimits(operations: 200, record: 1_000_000, slice: 2_000_000)

  /// Limits for commits that are announced with `#sync`: imports of whole repositories.
  public static let unlimited = CommitLimits(operations: .max, record: 1_000_000, slice: .max)
}
