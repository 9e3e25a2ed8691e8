public import ATProtoData

/// Blocks by CID, each once, in the order in which they came.
public struct BlockList: Sendable {
  private var positions: [CID: Int] = [:]
  private var blocks: [(cid: CID, bytes: [UInt8])] = []

  public init() {}

  public subscript(cid: CID) -> [UInt8]? {
    positions[cid].map { blocks[$0].bytes }
  }

  /// Does nothing where the block is there.
  public mutating func insert(_ cid: CID, _ bytes: [UInt8]) {
    guard positions[cid] == nil else { return }
    positions[cid] = blocks.count
    blocks.append((cid, bytes))
  }

  public mutating func insert(contentsOf others: BlockList) {
    for (cid, bytes) in others { insert(cid, bytes) }
  }
}

extension BlockList: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { blocks.count }

  public subscript(position: Int) -> (cid: CID, bytes: [UInt8]) {
    blocks[position]
  }
}
