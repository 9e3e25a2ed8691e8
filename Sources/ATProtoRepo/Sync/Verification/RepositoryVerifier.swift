public import ATProtoData

/// Checks a whole repository while its CAR file arrives: each hash, the form of the commit, the
/// tree, and that no record is missing. The signature is checked by ``Commit/verify(_:)``.
///
///     try verifier.append(chunk)
///     …
///     let summary = try verifier.finish()
///
/// Blocks may be in any order and repeated, and there may be unrelated blocks. A few bytes are kept
/// for each block. In addition, a file in streamable order needs memory for the nodes on one path
/// of the tree; a file in another order, for nodes that arrive before their place in the tree is
/// known, up to ``waitingLimit``.
public struct RepositoryVerifier {
  /// The content of a file. Counts are of distinct blocks unless stated otherwise.
  public struct Summary: Sendable {
    /// The commit.
    public internal(set) var commit: Commit
    /// The number of keys in the tree.
    public internal(set) var entryCount = 0
    /// The number of nodes of the tree.
    public internal(set) var nodeCount = 0
    /// The number of distinct blocks.
    public internal(set) var blockCount = 0
    /// The number of repeated blocks.
    public internal(set) var duplicateCount = 0
    /// The number of blocks that the repository does not reference.
    public internal(set) var unlinkedCount = 0
    /// The number of blocks whose hash function is not supported.
    public internal(set) var uncheckedCount = 0
    /// The size of the file in bytes.
    public internal(set) var byteCount = 0
  }

  /// The maximum memory for nodes that wait until their place in the tree is known, in bytes.
  public let waitingLimit: Int
  /// The maximum number of distinct blocks, including those that are only referenced.
  public let blockLimit: Int

  /// What a waiting block takes in memory besides its bytes, about: small blocks must not evade the
  /// limit.
  private static let waitingOverhead = 128

  private struct Marks: OptionSet {
    let rawValue: UInt8
    static let came = Marks(rawValue: 1)
    static let linked = Marks(rawValue: 2)
  }

  private var reader: CARReader
  private var head: CID?
  private var hasHeader = false
  private var summary: Summary?
  private var path: MSTPath?
  /// Blocks by a hash of their CID, seeded for this process, so that CIDs cannot be chosen to
  /// collide.
  private var marks: [Int: Marks] = [:]
  private var awaitedCount = 0
  private var waiting: [CID: [UInt8]] = [:]
  private var waitingSize = 0
  private var duplicateCount = 0

  /// Creates a verifier at the start of a file.
  public init(
    limits: CARLimits = .default,
    waitingLimit: Int = 1 << 30,
    blockLimit: Int = .max
  ) {
    reader = CARReader(limits: limits)
    self.waitingLimit = waitingLimit
    self.blockLimit = blockLimit
  }

  /// Adds the next bytes of the file.
  ///
  /// Calls `body` with each entry of the tree, in order, as soon as the nodes before it have
  /// arrived; its record may come later. Throws a ``RepoError``. After an error, the verifier
  /// cannot be used any more.
  public mutating func append(
    _ chunk: [UInt8],
    _ body: (_ key: MSTKey, _ value: CID) throws -> Void = { _, _ in }
  ) throws {
    reader.append(chunk)
    if !hasHeader {
      guard let roots = try reader.header() else { return }
      hasHeader = true
      guard let root = roots.first else {
        throw RepoError(.malformedCAR, "the CAR file has no root")
      }
      head = root
      mark(root, .linked)
    }
    while let block = try reader.nextBlock() {
      try take(block.cid, block.range, body)
      guard marks.count <= blockLimit else {
        throw RepoError(
          .tooLarge,
          "the repository has more than \(blockLimit) blocks",
          offset: reader.offset
        )
      }
    }
  }

  /// An estimate of the memory that the verifier uses, in bytes.
  package var memory: Int { marks.count * 32 + waitingSize }

  /// Ends the file and returns its summary.
  ///
  /// Throws ``RepoError/Code/truncatedCAR``, or ``RepoError/Code/missingBlock`` if the repository
  /// is incomplete.
  public mutating func finish() throws(RepoError) -> Summary {
    try reader.finish()
    guard var summary else { throw RepoError.missing(head!) }
    if case .subtree(let cid) = path?.item { throw RepoError.missing(cid) }
    guard awaitedCount == 0 else {
      throw RepoError(.missingBlock, "\(awaitedCount) records of the tree are missing")
    }
    summary.blockCount = marks.count
    summary.unlinkedCount = marks.values.count { !$0.contains(.linked) }
    summary.duplicateCount = duplicateCount
    summary.uncheckedCount = reader.uncheckedBlockCount
    summary.byteCount = reader.offset
    return summary
  }

  /// Whether the repository references a block of the file. Call it at the end of the file. For a
  /// block that is not referenced, the result is wrong if two 64-bit hashes collide.
  package func isLinked(_ cid: CID) -> Bool {
    marks[cid.hashValue]?.contains(.linked) ?? false
  }

  private mutating func take(
    _ cid: CID,
    _ range: Range<Int>,
    _ body: (MSTKey, CID) throws -> Void
  ) throws {
    guard mark(cid, .came) else {
      duplicateCount += 1
      return
    }
    if summary == nil, cid == head {
      let commit = try Commit(block: [UInt8](reader.buffer[range]), cid: cid)
      summary = Summary(commit: commit)
      path = MSTPath(root: commit.data)
      try walk(body)
    } else if case .subtree(let next) = path?.item, next == cid {
      try enter(PlacedBlock(bytes: reader.buffer, range: range), cid)
      try walk(body)
    } else if MSTNode.mayBegin(reader.buffer[range]) {
      waitingSize += range.count + Self.waitingOverhead
      guard waitingSize <= waitingLimit else {
        throw RepoError(
          .tooLarge,
          "more than \(waitingLimit) bytes of nodes arrive before their place in the tree is known",
          offset: reader.offset
        )
      }
      waiting[cid] = [UInt8](reader.buffer[range])
    }
  }

  /// Continues as far as nodes have arrived.
  private mutating func walk(_ body: (MSTKey, CID) throws -> Void) throws {
    while let item = path?.item {
      switch item {
      case .subtree(let cid):
        guard let block = waiting.removeValue(forKey: cid) else {
          guard !has(cid) else {
            throw RepoError(.malformedBlock, "\(cid) is not a node of a tree")
          }
          return
        }
        waitingSize -= block.count + Self.waitingOverhead
        try enter(PlacedBlock(bytes: block, range: 0..<block.count), cid)
      case .entry(let entry):
        mark(entry.value, .linked)
        summary?.entryCount += 1
        try body(entry.key, entry.value)
        path?.pass()
      }
    }
  }

  private mutating func enter(_ block: PlacedBlock, _ cid: CID) throws(RepoError) {
    mark(cid, .linked)
    summary?.nodeCount += 1
    try path?.enter(MSTNode(block, cid: cid))
  }

  private func has(_ cid: CID) -> Bool {
    marks[cid.hashValue]?.contains(.came) ?? false
  }

  /// Returns whether the mark is new. Counts blocks that are linked but have not arrived.
  @discardableResult
  private mutating func mark(_ cid: CID, _ mark: Marks) -> Bool {
    let before = marks[cid.hashValue, default: []]
    guard before.isDisjoint(with: mark) else { return false }
    marks[cid.hashValue] = before.union(mark)
    if !before.isEmpty {
      awaitedCount -= mark == .came ? 1 : 0
    } else if mark == .linked {
      awaitedCount += 1
    }
    return true
  }
}

extension MSTNode {
  /// Whether a block begins like a node: an object of two fields, the first of which is `e`.
  fileprivate static func mayBegin(_ block: ArraySlice<UInt8>) -> Bool {
    let head = block.prefix(4)
    return head.starts(with: [0xa2, 0x61, 0x65]) && head.count == 4 && head.last! & 0xe0 == 0x80
  }
}
