public import ATProtoData

/// The blocks of a CAR file in memory, left where they lie in its bytes: the slice of a message, a
/// proof, an export of moderate size.
///
/// Every hash was checked. Blocks may come in any order, more than once, and without being needed.
public struct CARBlocks: BlockSource, Sendable {
  public let roots: [CID]
  /// Blocks that came again.
  public private(set) var duplicateCount = 0
  /// Blocks that were left out, since their hash is of a kind that is not known here.
  public let uncheckedBlockCount: Int

  private let file: [UInt8]
  private var ranges: [CID: Range<Int>] = [:]

  /// Throws a ``RepoError`` about the file.
  public init(_ file: [UInt8], limits: CARLimits = .default) throws(RepoError) {
    self.file = file
    var reader = CARReader(limits: limits)
    reader.append(file)
    roots = try reader.header() ?? []
    // Blocks of a repository have some 300 bytes.
    ranges.reserveCapacity(file.count / 300)
    while let block = try reader.nextBlock() {
      if ranges.updateValue(block.range, forKey: block.cid) != nil { duplicateCount += 1 }
    }
    try reader.finish()
    uncheckedBlockCount = reader.uncheckedBlockCount
  }

  /// The number of different blocks.
  public var count: Int { ranges.count }

  public var cids: some Collection<CID> { ranges.keys }

  public func contains(_ cid: CID) -> Bool {
    ranges[cid] != nil
  }

  public func block(_ cid: CID) -> [UInt8]? {
    ranges[cid].map { [UInt8](file[$0]) }
  }

  /// The bytes of a block in place.
  func placed(_ cid: CID) -> PlacedBlock? {
    ranges[cid].map { PlacedBlock(bytes: file, range: $0) }
  }
}

/// A block within other bytes, whose hash was checked.
struct PlacedBlock {
  let bytes: [UInt8]
  let range: Range<Int>
}
