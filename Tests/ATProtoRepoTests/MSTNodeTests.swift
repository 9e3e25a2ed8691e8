import ATProtoData
import Testing

@testable import ATProtoRepo

/// A serialized node, valid or not, built with the general data model.
struct MSTNodeData: Sendable {
  struct Entry: Sendable {
    var keySuffix: Bytes
    var prefixLength: Int
    var tree: CID?
    var value: CID
  }

  var entries: [Entry]
  var left: CID?

  func cborBytes() -> [UInt8] {
    func link(_ cid: CID?) -> DataValue { cid.map(DataValue.link) ?? .null }
    let entries = entries.map { entry in
      DataValue.object([
        "k": .bytes(entry.keySuffix), "p": .integer(entry.prefixLength),
        "t": link(entry.tree), "v": link(entry.value),
      ])
    }
    return DataValue.object(["e": .array(entries), "l": link(left)]).cborBytes()
  }
}

/// Nodes that are not exactly right are rejected with the reason.
@Suite struct MSTNodeTests {
  static let keys = Fixture.keys(heights: [0, 0, 0])
  static let upper = Fixture.keys(heights: [0, 1, 0, 2, 0])

  static func entry(
    _ suffix: [UInt8],
    _ prefix: Int,
    tree: CID? = nil,
    value: CID = Fixture.value(1)
  ) -> MSTNodeData.Entry {
    MSTNodeData.Entry(keySuffix: Bytes(suffix), prefixLength: prefix, tree: tree, value: value)
  }

  static func entries(_ keys: [MSTKey]) -> [MSTNodeData.Entry] {
    var previous: MSTKey?
    return keys.map { key in
      let prefix = previous.map { key.commonPrefixCount(with: $0) } ?? 0
      previous = key
      return entry([UInt8](key.bytes[prefix...]), prefix)
    }
  }

  static func load(_ block: [UInt8]) throws {
    _ = try MSTNode(block: block, cid: CID(hashingDAGCBOR: block))
  }

  @Test("a well-formed node is read and written back unchanged")
  func wellFormedNodesRoundTrip() throws {
    try Self.load(MSTNodeData(entries: [], left: nil).cborBytes())
    try Self.load(MSTNodeData(entries: Self.entries(Self.keys), left: nil).cborBytes())
    let tree = CID(hashingDAGCBOR: [0xa0])
    let block = MSTNodeData(entries: Self.entries(Self.keys), left: tree).cborBytes()
    let node = try MSTNode(block: block, cid: CID(hashingDAGCBOR: block))
    #expect(node.left == tree)
    #expect(node.entries.map(\.key) == Self.keys)
    #expect(try node.block() == block)
  }

  static let refused: [(RepoError.Code, MSTNodeData)] = {
    let good = entries(keys)
    let raw = CID(hashingRaw: [1])
    let foreign = try! CID(bytes: [0x01, 0x71, 0x12, 0x01, 0xff])
    func changed(_ index: Int, _ change: (inout MSTNodeData.Entry) -> Void) -> MSTNodeData {
      var entries = good
      change(&entries[index])
      return MSTNodeData(entries: entries, left: nil)
    }
    return [
      (.keyPrefix, changed(0) { $0.prefixLength = 1 }),
      (.malformedBlock, changed(1) { $0.prefixLength = -1 }),
      (.keyPrefix, changed(1) { $0.prefixLength = 10_000 }),
      (.malformedBlock, changed(1) { $0.prefixLength = .max }),
      // The same key with less prefix compression.
      (
        .keyPrefix,
        changed(1) {
          $0.prefixLength -= 1
          $0.keySuffix.array.insert(keys[0].bytes[$0.prefixLength], at: 0)
        }
      ),
      (.invalidKey, changed(0) { $0.keySuffix = [] }),
      (.invalidKey, changed(0) { $0.keySuffix = Bytes([UInt8](repeating: 0x61, count: 1025)) }),
      // The previous key again.
      (
        .keyOrder,
        changed(1) {
          $0.prefixLength = keys[0].bytes.count
          $0.keySuffix = []
        }
      ),
      (
        .keyOrder,
        MSTNodeData(entries: [entry(keys[1].bytes, 0), entry(keys[0].bytes, 0)], left: nil)
      ),
      (.keyHeight, MSTNodeData(entries: entries([upper[0], upper[1]]), left: nil)),
      (.foreignLink, changed(2) { $0.tree = raw }),
      (.foreignLink, MSTNodeData(entries: good, left: raw)),
      (.foreignLink, changed(2) { $0.tree = foreign }),
    ]
  }()

  @Test("a malformed node is rejected with its code", arguments: refused.indices)
  func nodeIsRefused(index: Int) {
    let (code, data) = Self.refused[index]
    #expect(throws: RepoError(code, "")) { try Self.load(data.cborBytes()) }
  }

  /// "implementations should retain the exact CID links".
  @Test("values can be CIDs of any kind")
  func valuesMayBeForeign() throws {
    let foreign = try CID(bytes: [0x01, 0x71, 0x12, 0x01, 0xff])
    let data = MSTNodeData(entries: [Self.entry(Self.keys[0].bytes, 0, value: foreign)], left: nil)
    let block = data.cborBytes()
    let node = try MSTNode(block: block, cid: CID(hashingDAGCBOR: block))
    #expect(node.entries[0].value == foreign)
    #expect(try node.block() == block)
  }

  @Test("a changed or missing byte of a node is detected")
  func everyChangedOrMissingByteIsDetected() throws {
    let block = MSTNodeData(entries: Self.entries(Self.keys), left: nil).cborBytes()
    let cid = CID(hashingDAGCBOR: block)
    for index in block.indices {
      var changed = block
      changed[index] ^= 0x01
      #expect(throws: RepoError(.wrongHash, "")) { try MSTNode(block: changed, cid: cid) }
      #expect(throws: RepoError.self) { try Self.load([UInt8](block[..<index])) }
    }
    #expect(throws: RepoError(.malformedBlock, "")) { try Self.load(block + [0]) }
  }

  /// The node codec must agree with the general reader and writer.
  @Test("the node codec agrees with the general codec")
  func agreesWithTheGeneralCodec() throws {
    var random = Random(state: 5)
    for count in [0, 1, 2, 23, 24, 255, 256, 300] {
      let keys = (0..<6 * count).map { Fixture.key("k/\($0 % 7)/\(random.next() % 100_000)") }
      let entries = Self.entries(
        [MSTKey](Set(keys.filter { $0.height == 0 }).sorted().prefix(count))
      )
      let block = MSTNodeData(entries: entries, left: nil).cborBytes()
      let node = try MSTNode(block: block, cid: CID(hashingDAGCBOR: block))
      #expect(node.entries.count == entries.count)
      #expect(try node.block() == block)
    }
    let long = Self.entry([UInt8](repeating: 0x61, count: 1024), 0)
    let block = MSTNodeData(entries: [long], left: nil).cborBytes()
    #expect(try MSTNode(block: block, cid: CID(hashingDAGCBOR: block)).block() == block)
  }

  @Test("lengths in longer forms are rejected")
  func longerFormsAreRefused() throws {
    let block = MSTNodeData(entries: Self.entries([Self.keys[0]]), left: nil).cborBytes()
    // The array's count; the prefix length, after the header and bytes of the suffix.
    let suffix = Self.keys[0].bytes.count
    #expect(suffix < 24)
    for index in [3, 7, 8 + suffix + 2] {
      var changed = block
      changed.replaceSubrange(index...index, with: [block[index] & 0xe0 | 24, block[index] & 31])
      #expect(throws: RepoError(.malformedBlock, "")) { try Self.load(changed) }
    }
  }

  @Test("objects with other fields are rejected")
  func otherShapesAreRefused() {
    let shapes: [DataValue] = [
      .null, .array([]), .object([:]), .object(["e": .array([])]), .object(["l": .null]),
      .object(["e": .array([]), "l": .null, "x": .null]),
      .object(["e": .array([.object([:])]), "l": .null]),
      .object(["e": .object([:]), "l": .null]), .object(["e": .array([]), "l": .string("x")]),
    ]
    for shape in shapes {
      #expect(throws: RepoError(.malformedBlock, "")) { try Self.load(shape.cborBytes()) }
    }
  }

  /// Nodes that are valid by themselves but not in their position.
  @Test("keys outside the bounds of their subtree are rejected")
  func positionsAreChecked() throws {
    var store = MemoryBlockStore()
    func put(_ keys: [MSTKey], left: CID? = nil, trees: [Int: CID] = [:]) -> CID {
      var entries = Self.entries(keys)
      for (index, tree) in trees { entries[index].tree = tree }
      let block = MSTNodeData(entries: entries, left: left).cborBytes()
      let cid = CID(hashingDAGCBOR: block)
      store.insert(cid, block)
      return cid
    }
    let (low, one, high, two) = (Self.upper[0], Self.upper[1], Self.upper[2], Self.upper[3])
    let empty = put([])
    let roots: [(RepoError.Code, CID)] = [
      // Empty nodes at the top and at the bottom.
      (.superfluousNode, put([], left: put([low]))),
      (.superfluousNode, put([one], left: empty)),
      (.superfluousNode, put([low], left: empty)),
      // A layer too low, a skipped layer, a layer below the last one.
      (.keyHeight, put([two], left: put([low]))),
      (.keyHeight, put([low], left: put([one]))),
      // On the wrong side.
      (.keyOrder, put([one], left: put([high]))),
      (.keyOrder, put([one], trees: [0: put([low])])),
      (.keyOrder, put([two], left: put([], left: put([Self.upper[4]])))),
      // A missing node.
      (.missingBlock, put([one], left: CID(hashingDAGCBOR: [0xa0]))),
    ]
    for (code, root) in roots {
      let tree = MerkleSearchTree(root: root, store: store)
      #expect(throws: RepoError(code, "")) { try tree.entries() }
    }
    let good = put([two], left: put([one], left: put([low]), trees: [0: put([high])]))
    let tree = MerkleSearchTree(root: good, store: store)
    #expect(try tree.entries().map(\.key) == [low, one, high, two])
  }
}
