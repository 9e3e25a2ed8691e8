import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import Testing

@Suite struct CARTests {
  static let blocks = (0..<5).map { number in
    let bytes = Fixture.record(number)
    return (cid: CID(hashingDAGCBOR: bytes), bytes: bytes)
  }

  static func file(_ blocks: [(cid: CID, bytes: [UInt8])] = blocks) -> [UInt8] {
    var writer = CARWriter(roots: [Self.blocks[0].cid])
    for (cid, bytes) in blocks { writer.append(cid, bytes) }
    return writer.bytes
  }

  /// Reads a file in pieces of `size` bytes.
  static func read(
    _ file: [UInt8],
    size: Int,
    limits: CARLimits = .default
  ) throws -> (roots: [CID], blocks: [(cid: CID, bytes: [UInt8])], unchecked: Int) {
    var reader = CARReader(limits: limits)
    var roots: [CID] = []
    var blocks: [(cid: CID, bytes: [UInt8])] = []
    for start in stride(from: 0, to: file.count, by: size) {
      reader.append([UInt8](file[start..<min(start + size, file.count)]))
      while let section = try reader.next() {
        switch section {
        case .header(let found): roots = found
        case .block(let cid, let bytes): blocks.append((cid, bytes))
        }
      }
    }
    try reader.finish()
    #expect(reader.offset == file.count)
    return (roots, blocks, reader.uncheckedBlockCount)
  }

  @Test("a CAR file that is written is read back", arguments: [1, 2, 7, 64, 100_000])
  func roundTrips(size: Int) throws {
    // In another order, and with one block twice.
    let blocks = Self.blocks.reversed() + [Self.blocks[2]]
    let read = try Self.read(Self.file([(cid: CID, bytes: [UInt8])](blocks)), size: size)
    #expect(read.roots == [Self.blocks[0].cid])
    #expect(read.blocks.map(\.cid) == blocks.map(\.cid))
    #expect(read.blocks.map(\.bytes) == blocks.map(\.bytes))
  }

  /// The bytes given in the specification: length, header, length, CID, block.
  @Test("the bytes of a CAR file follow the specification")
  func writesTheFormat() throws {
    let block: [UInt8] = [0xa0]
    let cid = CID(hashingDAGCBOR: block)
    var writer = CARWriter(roots: [cid])
    writer.append(cid, block)
    let header: [UInt8] =
      [0x3a, 0xa2, 0x65] + [UInt8]("roots".utf8) + [0x81, 0xd8, 0x2a, 0x58, 0x25, 0x00]
      + cid.bytes + [0x67] + [UInt8]("version".utf8) + [0x01]
    #expect(writer.take() == header + [37] + cid.bytes + block)
    #expect(writer.take() == [])
  }

  @Test("blocks with unsupported hashes are counted and omitted")
  func blocksThatCannotBeCheckedAreCounted() throws {
    // SHA-512 of 64 bytes; an identity hash.
    let sha512 = [0x01, 0x55, 0x13, 0x40] + [UInt8](repeating: 7, count: 64)
    let identity: [UInt8] = [0x01, 0x55, 0x00, 0x02, 0x68, 0x69]
    var file = Self.file()
    for cid in [sha512, identity] { file += [UInt8(cid.count + 2)] + cid + [0x68, 0x69] }
    let read = try Self.read(file, size: 50)
    #expect(read.blocks.count == Self.blocks.count)
    #expect(read.unchecked == 2)
  }

  /// CID version 0 also uses SHA-256, as do other codecs.
  @Test("blocks with other SHA-256 CIDs are checked")
  func otherCIDsOfSHA256AreChecked() throws {
    let bytes = [UInt8]("hello".utf8)
    let digest = SHA256.hash(bytes).bytes
    for prefix in [[0x12, 0x20], [0x01, 0x70, 0x12, 0x20]] as [[UInt8]] {
      let cid = try CID(bytes: prefix + digest)
      let read = try Self.read(Self.file([(cid, bytes)]), size: 1000)
      #expect(read.blocks.map(\.cid) == [cid])
      #expect(throws: RepoError(.wrongHash, "")) {
        try Self.read(Self.file([(cid, bytes + [0])]), size: 1000)
      }
    }
  }

  @Test("a file that is truncated at any point is rejected")
  func everyTruncationIsDetected() {
    let file = Self.file()
    let ends = Self.ends
    for count in file.indices where !ends.contains(count) {
      #expect(throws: RepoError(.truncatedCAR, "")) {
        try Self.read([UInt8](file[..<count]), size: 1 << 20)
      }
    }
  }

  /// The offsets at which a truncated file is complete.
  static var ends: Set<Int> {
    var writer = CARWriter(roots: [blocks[0].cid])
    var ends: Set = [writer.bytes.count]
    for (cid, bytes) in blocks {
      writer.append(cid, bytes)
      ends.insert(writer.bytes.count)
    }
    return ends
  }

  @Test("a change to any byte of a block is detected")
  func everyChangedByteOfABlockIsDetected() {
    let file = Self.file()
    for index in Self.ends.min()!..<file.count {
      var changed = file
      changed[index] ^= 0x01
      // The codec is not hashed, so the block gets another name. With another hash function it
      // cannot be checked.
      guard let read = try? Self.read(changed, size: 1 << 20) else { continue }
      #expect(read.unchecked > 0 || read.blocks.map(\.cid) != Self.blocks.map(\.cid))
    }
  }

  @Test("errors contain the offset in the file")
  func errorsContainTheOffset() throws {
    var file = Self.file()
    file[file.count - 1] ^= 1
    let start = try #require(Self.ends.sorted().dropLast().last)
    let error = #expect(throws: RepoError.self) { try Self.read(file, size: 10) }
    #expect(error?.code == .wrongHash)
    #expect(error?.offset == start)
  }

  @Test(
    "a malformed header is rejected",
    arguments: [
      ([], RepoError.Code.truncatedCAR),
      ([0x00], .malformedCAR),
      ([0x01, 0xa0], .malformedCAR),
      ([0x80, 0x00], .malformedCAR),
      ([UInt8](repeating: 0xff, count: 12), .malformedCAR),
      ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], .tooLarge),
      ([0x81, 0x80, 0x04], .tooLarge),
      // Version 2; no roots; roots that are not an array.
      (
        [0x11, 0xa2, 0x65, 0x72, 0x6f, 0x6f, 0x74, 0x73, 0x80, 0x67] + [UInt8]("version".utf8) + [
          2
        ], .malformedCAR
      ),
      ([0x0a, 0xa1, 0x67] + [UInt8]("version".utf8) + [1], .malformedCAR),
      (
        [0x11, 0xa2, 0x65, 0x72, 0x6f, 0x6f, 0x74, 0x73, 0x01, 0x67] + [UInt8]("version".utf8) + [
          1
        ], .malformedCAR
      ),
    ] as [([UInt8], RepoError.Code)]
  )
  func headerIsRefused(file: [UInt8], code: RepoError.Code) {
    #expect(throws: RepoError(code, "")) { try Self.read(file, size: 4) }
  }

  @Test(
    "a malformed block is rejected",
    arguments: [
      ([0x00], RepoError.Code.malformedCAR),
      ([0x01, 0x01], .malformedCAR),
      ([0x02, 0x12, 0x20], .malformedCAR),
      ([0x05, 0x01, 0x71, 0x12, 0x20, 0x00], .malformedCAR),
      ([0x04, 0x02, 0x71, 0x00, 0x00], .malformedCAR),
      ([0x81, 0x80, 0x80, 0x01], .tooLarge),
    ] as [([UInt8], RepoError.Code)]
  )
  func blockIsRefused(section: [UInt8], code: RepoError.Code) {
    #expect(throws: RepoError(code, "")) { try Self.read(Self.file() + section, size: 1 << 20) }
  }

  @Test("the caller's limits are enforced")
  func callersLimitsAreEnforced() throws {
    #expect(throws: RepoError(.tooLarge, "")) {
      try Self.read(Self.file(), size: 10, limits: CARLimits(block: 40))
    }
    #expect(throws: RepoError(.tooLarge, "")) {
      try Self.read(Self.file(), size: 10, limits: CARLimits(header: 40))
    }
  }

  @Test("random bytes are rejected with a typed error")
  func randomBytesNeverTrap() {
    var random = Random(state: 11)
    let file = Self.file()
    for _ in 0..<2000 {
      var changed = file
      for _ in 0..<3 {
        changed[Int(random.next() % UInt64(file.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      _ = try? Self.read(changed, size: 33)
    }
  }
}
