public import ATProtoData

/// Where blocks are read from: a database, memory, a CAR file. Reading is all that trees need.
public protocol BlockSource {
  /// The block, or nil if there is none. Need not be checked: who decodes a block checks its
  /// hash.
  func block(_ cid: CID) throws -> [UInt8]?
}

/// Where the blocks of a repository are kept.
///
/// Whoever owns a store brings the changes of a commit into it, in the transaction in which it
/// records the new head.
public protocol BlockStore: BlockSource {
  /// Adds and removes blocks, all or none.
  mutating func apply(_ changes: BlockChanges) throws
}

/// What a commit does to a store.
public struct BlockChanges: Sendable {
  public var created: BlockList
  public var removed: [CID]

  public init(created: BlockList = BlockList(), removed: [CID] = []) {
    self.created = created
    self.removed = removed
  }
}
