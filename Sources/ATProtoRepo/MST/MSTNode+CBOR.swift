import ATProtoData

// A serialized node (Repository specification, "MST Structure"):
//
//   node  = { "e": [entry], "l": cid / null }
//   entry = { "k": bytes, "p": int, "t": cid / null, "v": cid }
//
// DAG-CBOR has only one way to write a node, and a tree must be reproducible from its keys and
// values alone, so there are no unknown fields to keep. This code reads and writes that form
// directly: with the general reader and writer, building a tree took two and a half times as long.

extension MSTNode {
  /// Decodes a node and checks everything that can be checked without the rest of the tree: the
  /// block's hash, the canonical encoding, the order of keys, minimal prefixes, one height for all
  /// keys, and blessed links.
  init(block: [UInt8], cid: CID) throws(RepoError) {
    guard cid.identifies(block) else {
      throw RepoError(.wrongHash, "a block does not have the hash of \(cid)")
    }
    try self.init(PlacedBlock(bytes: block, range: 0..<block.count), cid: cid)
  }

  /// Decodes a node whose hash was checked when its bytes arrived.
  init(_ block: PlacedBlock, cid: CID) throws(RepoError) {
    var reader = MSTNodeReader(block, cid)
    self = try reader.node()
  }

  /// The node in its only valid encoding.
  func block() throws(RepoError) -> [UInt8] {
    guard entries.count <= Self.maximumEntryCount else {
      throw RepoError(.tooManyEntries, "more than \(Self.maximumEntryCount) keys in one node")
    }
    var block: [UInt8] = []
    block.reserveCapacity(64 + entries.count * 160)
    block.append(contentsOf: [0xa2, 0x61, 0x65])
    Self.appendHead(0x80, entries.count, to: &block)
    var previous: MSTKey?
    for entry in entries {
      let key = entry.key.bytes
      let prefixLength = previous.map(entry.key.commonPrefixCount) ?? 0
      previous = entry.key
      block.append(contentsOf: [0xa4, 0x61, 0x6b])
      Self.appendHead(0x40, key.count - prefixLength, to: &block)
      block.append(contentsOf: key[prefixLength...])
      block.append(contentsOf: [0x61, 0x70])
      Self.appendHead(0x00, prefixLength, to: &block)
      block.append(contentsOf: [0x61, 0x74])
      Self.appendLink(entry.tree, to: &block)
      block.append(contentsOf: [0x61, 0x76])
      Self.appendLink(entry.value, to: &block)
    }
    block.append(contentsOf: [0x61, 0x6c])
    Self.appendLink(left, to: &block)
    return block
  }

  /// A key's length and an entry count fit in two bytes.
  private static func appendHead(_ major: UInt8, _ argument: Int, to block: inout [UInt8]) {
    if argument < 24 {
      block.append(major | UInt8(argument))
    } else if argument < 256 {
      block.append(major | 24)
      block.append(UInt8(argument))
    } else {
      block.append(major | 25)
      block.append(UInt8(argument >> 8))
      block.append(UInt8(argument & 255))
    }
  }

  private static func appendLink(_ link: CID?, to block: inout [UInt8]) {
    if let link { link.encodeCBOR(into: &block) } else { block.append(0xf6) }
  }
}

/// Reads the bytes of a node. Each function leaves `index` after the bytes that it reads.
private struct MSTNodeReader {
  private let bytes: [UInt8]
  private let start: Int
  private let end: Int
  private let cid: CID
  private var index: Int

  init(_ block: PlacedBlock, _ cid: CID) {
    bytes = block.bytes
    start = block.range.lowerBound
    index = start
    end = block.range.upperBound
    self.cid = cid
  }

  mutating func node() throws(RepoError) -> MSTNode {
    try take(0xa2, 0x61, 0x65)
    let count = try head(0x80)
    guard count <= MSTNode.maximumEntryCount else {
      throw RepoError(
        .tooManyEntries,
        "\(cid): more than \(MSTNode.maximumEntryCount) entries"
      )
    }
    var entries: [MSTNode.Entry] = []
    entries.reserveCapacity(count)
    var height = 0
    for _ in 0..<count {
      let entry = try entry(after: entries.last?.key)
      let keyHeight = entry.key.height
      if entries.isEmpty { height = keyHeight }
      guard keyHeight == height else {
        throw RepoError(.keyHeight, "\(cid): key '\(entry.key)' belongs to another layer")
      }
      entries.append(entry)
    }
    try take(0x61, 0x6c)
    let left = try subtree()
    guard index == end else { throw malformed("bytes follow the node") }
    return MSTNode(left: left, entries: entries, height: entries.isEmpty ? nil : height)
  }

  private mutating func entry(after previous: MSTKey?) throws(RepoError) -> MSTNode.Entry {
    try take(0xa4, 0x61, 0x6b)
    let suffixLength = try head(0x40)
    guard suffixLength <= end - index else { throw malformed("the node is truncated") }
    let suffix = index..<index + suffixLength
    index = suffix.upperBound
    try take(0x61, 0x70)
    let key = try key(suffix, prefixLength: head(0x00), after: previous)
    try take(0x61, 0x74)
    let tree = try subtree()
    try take(0x61, 0x76)
    // "More flexibility is allowed in processing the 'leaf' links" ("CID Formats").
    return MSTNode.Entry(key: key, value: try link(), tree: tree)
  }

  private func key(
    _ suffix: Range<Int>,
    prefixLength: Int,
    after previous: MSTKey?
  ) throws(RepoError) -> MSTKey {
    guard let previous else {
      // "The first entry in the array for a given node must contain the full key".
      if prefixLength != 0 { throw RepoError(.keyPrefix, "\(cid): a prefix in the first key") }
      return try MSTKey([UInt8](bytes[suffix]))
    }
    guard prefixLength <= previous.bytes.count else {
      throw RepoError(.keyPrefix, "\(cid): a prefix longer than the previous key")
    }
    var joined: [UInt8] = []
    joined.reserveCapacity(prefixLength + suffix.count)
    joined.append(contentsOf: previous.bytes[..<prefixLength])
    joined.append(contentsOf: bytes[suffix])
    let key = try MSTKey(joined)
    // After a prefix of the right length, the next byte decides the order.
    if let next = suffix.first,
      prefixLength == previous.bytes.count || bytes[next] > previous.bytes[prefixLength]
    {
      return key
    }
    guard previous < key else { throw RepoError(.keyOrder, "\(cid): '\(key)' is out of order") }
    // "The compaction scheme is mandatory".
    throw RepoError(.keyPrefix, "\(cid): '\(key)' shares more bytes with the previous key")
  }

  /// "MST Node objects with non-compliant links to other MST Node objects are considered invalid".
  private mutating func subtree() throws(RepoError) -> CID? {
    if index < end, bytes[index] == 0xf6 {
      index += 1
      return nil
    }
    let link = try link()
    guard link.isBlessed, link.codec == .dagCBOR else {
      throw RepoError(.foreignLink, "\(cid): a link to a node is not of the blessed form: \(link)")
    }
    return link
  }

  /// Tag 42 around a byte string: a zero byte, then the CID in binary.
  private mutating func link() throws(RepoError) -> CID {
    try take(0xd8, 0x2a)
    let length = try head(0x40)
    guard length > 0, length <= end - index, bytes[index] == 0 else {
      throw malformed("a link without a CID")
    }
    do throws(DataError) {
      let link = try CID(bytes: bytes.span.bytes.extracting(index + 1..<index + length))
      index += length
      return link
    } catch {
      throw malformed("a link without a CID")
    }
  }

  /// The argument of a header with this major type, in its shortest form, up to 65,535.
  private mutating func head(_ major: UInt8) throws(RepoError) -> Int {
    guard index < end, bytes[index] & 0xe0 == major else {
      throw malformed("unexpected item in a node")
    }
    let info = Int(bytes[index] & 31)
    let extra = info < 24 ? 0 : 1 << (info - 24)
    guard extra <= 2, end - index > extra else { throw malformed("a length is expected") }
    var argument = info < 24 ? info : 0
    for position in 0..<extra { argument = argument << 8 | Int(bytes[index + 1 + position]) }
    guard extra == 0 || argument >= (extra == 1 ? 24 : 256) else {
      throw malformed("a longer form than needed")
    }
    index += 1 + extra
    return argument
  }

  @inline(__always)
  private mutating func take(_ first: UInt8, _ second: UInt8) throws(RepoError) {
    guard end - index >= 2, bytes[index] == first, bytes[index + 1] == second else {
      throw malformed("unexpected item in a node")
    }
    index += 2
  }

  @inline(__always)
  private mutating func take(
    _ first: UInt8,
    _ second: UInt8,
    _ third: UInt8
  ) throws(RepoError) {
    try take(first, second)
    guard index < end, bytes[index] == third else {
      throw malformed("unexpected item in a node")
    }
    index += 1
  }

  private func malformed(_ reason: String) -> RepoError {
    RepoError(.malformedBlock, "\(cid): \(reason) (byte \(index - start))")
  }
}
