import ATProtoData
import ATProtoRepo
import Testing

@Suite struct RepositoryVerifierTests {
  typealias Block = (cid: CID, bytes: [UInt8])

  struct Sample: Sendable {
    let commit: Commit
    let keys: [MSTKey]
    /// In streamable order.
    private(set) var blocks: [Block] = []

    init(_ count: Int) throws {
      var store = MemoryBlockStore()
      let repository = try RepositoryTests.create(count, in: &store)
      commit = repository.commit
      keys = try repository.tree.entries().map(\.key)
      var reader = CARReader()
      var export = repository.exportCAR()
      reader.append(try export.rest())
      while let section = try reader.next() {
        if case .block(let cid, let bytes) = section { blocks.append((cid, bytes)) }
      }
    }

    func file(_ blocks: [Block]) -> [UInt8] {
      var writer = CARWriter(roots: [commit.cid])
      for (cid, bytes) in blocks { writer.append(cid, bytes) }
      return writer.bytes
    }
  }

  static let sample = try! Sample(300)

  static func verify(
    _ file: [UInt8],
    size: Int = 1000,
    waitingLimit: Int = 1 << 20
  ) throws -> (summary: RepositoryVerifier.Summary, keys: [MSTKey]) {
    var verifier = RepositoryVerifier(waitingLimit: waitingLimit)
    var keys: [MSTKey] = []
    for start in stride(from: 0, to: file.count, by: size) {
      try verifier.append([UInt8](file[start..<min(start + size, file.count)])) { key, _ in
        keys.append(key)
      }
    }
    return (try verifier.finish(), keys)
  }

  enum Order: CaseIterable {
    case streamable, reversed, byCID, shuffled, commitLast, nodesFirst

    func callAsFunction(_ blocks: [Block]) -> [Block] {
      var random = Random(state: 9)
      return switch self {
      case .streamable: blocks
      case .reversed: blocks.reversed()
      case .byCID: blocks.sorted { $0.cid < $1.cid }
      case .shuffled: blocks.shuffled(using: &random)
      case .commitLast: blocks.dropFirst() + [blocks[0]]
      case .nodesFirst:
        blocks.filter { $0.bytes.count > 40 } + blocks.filter { $0.bytes.count <= 40 }
      }
    }
  }

  @Test("blocks in any order are verified", arguments: Order.allCases, [1, 97, 1 << 20])
  func anyOrder(order: Order, size: Int) throws {
    let sample = Self.sample
    let file = sample.file(order(sample.blocks))
    let (summary, keys) = try Self.verify(file, size: size)
    let nodeCount = sample.blocks.count - 301
    #expect(summary.commit == sample.commit)
    #expect(summary.entryCount == 300)
    #expect(summary.nodeCount == nodeCount)
    #expect(summary.blockCount == sample.blocks.count)
    #expect(summary.duplicateCount == 0 && summary.unlinkedCount == 0)
    #expect(summary.byteCount == file.count)
    #expect(keys == sample.keys)
  }

  /// In streamable order, no block has to wait.
  @Test("streamable order requires memory for only one path")
  func streamableOrderRequiresLittleMemory() throws {
    let sample = Self.sample
    #expect(try Self.verify(sample.file(sample.blocks), waitingLimit: 0).summary.entryCount == 300)
    #expect(throws: RepoError(.tooLarge, "")) {
      try Self.verify(sample.file(sample.blocks.reversed()), waitingLimit: 1000)
    }
  }

  @Test("blocks outside the repository are counted")
  func otherBlocksAreCounted() throws {
    let sample = Self.sample
    let others = try Sample(7).blocks.filter { $0.bytes.count > 40 }
    let blocks = others + sample.blocks + sample.blocks[5..<9] + others.prefix(1)
    let (summary, _) = try Self.verify(sample.file(blocks))
    #expect(summary.unlinkedCount == others.count)
    #expect(summary.duplicateCount == 5)
    let read = try CARBlocks(sample.file(blocks))
    #expect(read.duplicateCount == 5 && read.count == sample.blocks.count + others.count)
    #expect(Set(read.cids) == Set(blocks.map(\.cid)))
  }

  /// A record at several paths may be in the file once, or once for each path.
  @Test("a record at two paths is counted once")
  func sharedRecords() throws {
    var store = MemoryBlockStore()
    let writes = (0..<9).map {
      RecordWrite.create(Fixture.path($0), record: Fixture.record($0 / 3))
    }
    let (repository, result) = try Repository.create(
      Fixture.did,
      writes: writes,
      rev: Fixture.tid(0),
      key: Fixture.key,
      store: store
    )
    store.apply(result.changes)
    var export = try Repository(head: repository.commit.cid, store: store).exportCAR()
    let whole = try Self.verify(export.rest()).summary
    let once = try Self.verify(result.carSlice()).summary
    #expect(whole.entryCount == 9 && once.entryCount == 9)
    #expect(whole.duplicateCount == 6 && once.duplicateCount == 0)
  }

  @Test("each missing block is detected")
  func everyMissingBlockIsDetected() throws {
    let sample = try Sample(40)
    for index in sample.blocks.indices {
      var blocks = sample.blocks
      blocks.remove(at: index)
      #expect(throws: RepoError(.missingBlock, "")) { try Self.verify(sample.file(blocks)) }
      #expect(throws: RepoError(.missingBlock, "")) {
        try Self.verify(sample.file(blocks.reversed()))
      }
    }
  }

  @Test("a file that is truncated at any point is rejected")
  func everyTruncationIsDetected() throws {
    let sample = try Sample(6)
    let file = sample.file(sample.blocks)
    for count in file.indices {
      #expect(throws: RepoError.self) { try Self.verify([UInt8](file[..<count])) }
    }
  }

  @Test("a change to any byte is detected")
  func everyChangedByteIsDetected() throws {
    let sample = try Sample(6)
    let file = sample.file(sample.blocks)
    let header = CARWriter(roots: [sample.commit.cid]).bytes.count
    for index in header..<file.count {
      var changed = file
      changed[index] ^= 0x01
      #expect(throws: RepoError.self) { try Self.verify(changed) }
    }
  }

  @Test("a file without a commit is rejected")
  func fileWithoutACommitIsRefused() throws {
    #expect(throws: RepoError(.malformedCAR, "")) { try Self.verify(CARWriter(roots: []).bytes) }
    let root = CID(hashingDAGCBOR: [0xa0])
    var writer = CARWriter(roots: [root])
    writer.append(root, [0xa0])
    #expect(throws: RepoError(.invalidCommit, "")) { try Self.verify(writer.bytes) }
  }

  /// A tree that links to a record as if it were a node.
  @Test("a record in place of a node is rejected", arguments: [false, true])
  func recordInPlaceOfANodeIsRefused(isReversed: Bool) throws {
    let record = Fixture.record(1)
    let cid = CID(hashingDAGCBOR: record)
    let commit = Commit(did: Fixture.did, data: cid, rev: Fixture.tid(1), signedBy: Fixture.key)
    var writer = CARWriter(roots: [commit.cid])
    if isReversed { writer.append(cid, record) }
    writer.append(commit.cid, commit.block)
    if !isReversed { writer.append(cid, record) }
    #expect(throws: RepoError(.malformedBlock, "")) { try Self.verify(writer.bytes) }
  }
}
