public import ATProtoData

/// A source of blocks: a database, memory, a CAR file. Nothing else is required to read a tree.
public protocol BlockSource {
  /// Returns a block, or nil if it does not exist.
  ///
  /// The bytes need not be checked: code that decodes a block checks its hash.
  func block(_ cid: CID) throws -> [UInt8]?
}

/// A store of the blocks of a repository.
///
/// The owner of a store applies the changes of a commit in the transaction in which it records the
/// new head.
public protocol BlockStore: BlockSource {
  /// Adds and removes blocks: all of them, or none if it throws.
  mutating func apply(_ changes: BlockChanges) throws
}

/// The changes that a commit makes to a store.
public struct BlockChanges: Sendable {
  /// The blocks to add.
  public var created: BlockList
  /// The blocks to remove.
  public var removed: [CID]

  /// Creates changes.
  public init(created: BlockList = BlockList(), removed: [CID] = []) {
    self.created = created
    self.removed = removed
  }
}
