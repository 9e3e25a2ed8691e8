public import ATProtoData

/// A block store in memory: for tests, for the blocks of one message, for a repository at work.
public struct MemoryBlockStore: BlockStore, Sendable {
  private var blocks: [CID: [UInt8]] = [:]

  public init() {}

  public init(_ list: BlockList) {
    for (cid, bytes) in list { blocks[cid] = bytes }
  }

  /// The blocks of a whole CAR file, their hashes checked; returns the file's roots.
  ///
  /// Throws a ``RepoError`` about the file.
  public init(car: [UInt8], limits: CARLimits = .default, roots: inout [CID]) throws(RepoError) {
    var reader = CARReader(limits: limits)
    reader.append(car)
    // Blocks of a repository have some 300 bytes.
    blocks.reserveCapacity(car.count / 300)
    while let section = try reader.next() {
      switch section {
      case .header(let found): roots = found
      case .block(let cid, let bytes): blocks[cid] = bytes
      }
    }
    try reader.finish()
  }

  public var count: Int { blocks.count }

  public func block(_ cid: CID) -> [UInt8]? {
    blocks[cid]
  }

  public mutating func insert(_ cid: CID, _ bytes: [UInt8]) {
    blocks[cid] = bytes
  }

  public mutating func apply(_ changes: BlockChanges) {
    for cid in changes.removed { blocks[cid] = nil }
    for (cid, bytes) in changes.created { blocks[cid] = bytes }
  }
}
