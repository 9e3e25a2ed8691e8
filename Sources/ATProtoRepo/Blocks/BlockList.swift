public import ATProtoData

/// Blocks by CID, each once, in the order in which they were inserted.
public struct BlockList: Sendable {
  private var positions: [CID: Int] = [:]
  private var blocks: [(cid: CID, bytes: [UInt8])] = []

  /// Creates an empty list.
  public init() {}

  /// The bytes of a block, or nil if it is not in the list.
  public subscript(cid: CID) -> [UInt8]? {
    positions[cid].map { blocks[$0].bytes }
  }

  /// Adds a block at the end, unless it is already in the list.
  public mutating func insert(_ cid: CID, _ bytes: [UInt8]) {
    guard positions[cid] == nil else { return }
    positions[cid] = blocks.count
    blocks.append((cid, bytes))
  }

  /// Adds the blocks of another list that are not in this one.
  public mutating func insert(contentsOf others: BlockList) {
    for (cid, bytes) in others { insert(cid, bytes) }
  }
}

extension BlockList: RandomAccessCollection {
  /// The position of the first block, 0.
  public var startIndex: Int { 0 }
  /// The position after the last block, which is the number of blocks.
  public var endIndex: Int { blocks.count }

  /// The block at a position.
  public subscript(position: Int) -> (cid: CID, bytes: [UInt8]) {
    blocks[position]
  }
}
