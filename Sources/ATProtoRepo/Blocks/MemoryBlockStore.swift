public import ATProtoData

/// Keeps blocks in memory: for tests, for the blocks of a message, or for a repository that is
/// being edited.
public struct MemoryBlockStore: BlockStore, Sendable {
  private var blocks: [CID: [UInt8]] = [:]

  /// Creates an empty store.
  public init() {}

  /// Creates a store with the blocks of a list.
  public init(_ list: BlockList) {
    for (cid, bytes) in list { blocks[cid] = bytes }
  }

  /// Creates a store with the blocks of a whole CAR file, whose hashes are checked.
  ///
  /// Throws a ``RepoError`` about the file.
  ///
  /// - Parameter roots: receives the roots of the file.
  public init(car: [UInt8], limits: CARLimits = .default, roots: inout [CID]) throws(RepoError) {
    var reader = CARReader(limits: limits)
    reader.append(car)
    // The blocks of a repository have about 300 bytes each.
    blocks.reserveCapacity(car.count / 300)
    while let section = try reader.next() {
      switch section {
      case .header(let found): roots = found
      case .block(let cid, let bytes): blocks[cid] = bytes
      }
    }
    try reader.finish()
  }

  /// The number of blocks.
  public var count: Int { blocks.count }

  /// Returns a block, or nil if it is not in the store.
  public func block(_ cid: CID) -> [UInt8]? {
    blocks[cid]
  }

  /// Adds a block.
  public mutating func insert(_ cid: CID, _ bytes: [UInt8]) {
    blocks[cid] = bytes
  }

  /// Adds and removes blocks.
  public mutating func apply(_ changes: BlockChanges) {
    for cid in changes.removed { blocks[cid] = nil }
    for (cid, bytes) in changes.created { blocks[cid] = bytes }
  }
}
