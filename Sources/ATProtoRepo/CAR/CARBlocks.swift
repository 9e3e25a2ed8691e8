public import ATProtoData

/// The blocks of a CAR file in memory, which stay in place in its bytes: the slice of a message, a
/// proof, or an export of moderate size.
///
/// Each hash is checked. Blocks may be in any order, repeated, or unneeded.
public struct CARBlocks: BlockSource, Sendable {
  /// The roots that the header names.
  public let roots: [CID]
  /// The number of repeated blocks.
  public private(set) var duplicateCount = 0
  /// The number of blocks that were left out because their hash function is not supported.
  public let uncheckedBlockCount: Int

  private let file: [UInt8]
  private var ranges: [CID: Range<Int>] = [:]

  /// Reads a file. Throws a ``RepoError`` about it.
  public init(_ file: [UInt8], limits: CARLimits = .default) throws(RepoError) {
    self.file = file
    var reader = CARReader(limits: limits)
    reader.append(file)
    roots = try reader.header() ?? []
    // The blocks of a repository have about 300 bytes each.
    ranges.reserveCapacity(file.count / 300)
    while let block = try reader.nextBlock() {
      if ranges.updateValue(block.range, forKey: block.cid) != nil { duplicateCount += 1 }
    }
    try reader.finish()
    uncheckedBlockCount = reader.uncheckedBlockCount
  }

  /// The number of distinct blocks.
  public var count: Int { ranges.count }

  /// The CIDs of the blocks, in no particular order.
  public var cids: some Collection<CID> { ranges.keys }

  /// Whether the file has a block.
  public func contains(_ cid: CID) -> Bool {
    ranges[cid] != nil
  }

  /// Returns a block, or nil if the file does not have it.
  public func block(_ cid: CID) -> [UInt8]? {
    ranges[cid].map { [UInt8](file[$0]) }
  }

  /// A block in place.
  func placed(_ cid: CID) -> PlacedBlock? {
    ranges[cid].map { PlacedBlock(bytes: file, range: $0) }
  }
}

/// A block within other bytes, whose hash has been checked.
struct PlacedBlock {
  let bytes: [UInt8]
  let range: Range<Int>
}
