import ATProtoCrypto
public import ATProtoData
import ATProtoSyntax

/// What a reader of CAR files accepts at most, in bytes. Checked before memory is taken.
public struct CARLimits: Hashable, Sendable {
  public var header: Int
  /// One block. Records have at most 1 MiB, tree nodes far less.
  public var block: Int

  public init(header: Int = 64 << 10, block: Int = 2 << 20) {
    self.header = header
    self.block = block
  }

  public static let `default` = CARLimits()
}

/// Reads a CAR file of version 1 as it comes, in memory for one block.
///
///     reader.append(chunk)
///     while let section = try reader.next() { … }      // nil: more bytes are needed
///     …
///     try reader.finish()
///
/// Every block's hash is checked. Blocks may come in any order and more than once; what to do with
/// those is the caller's. Blocks whose CID names a hash other than SHA-256 cannot be checked: they
/// are counted and left out. After an error the reader is of no further use.
public struct CARReader: Sendable {
  public enum Section: Sendable {
    /// Comes first, once.
    case header(roots: [CID])
    case block(CID, [UInt8])
  }

  public let limits: CARLimits
  /// Blocks that were left out, since their hash is of a kind that is not known here.
  public private(set) var uncheckedBlockCount = 0

  private(set) var buffer: [UInt8] = []
  private var position = 0
  /// Where in the file ``buffer`` starts.
  private var bufferOffset = 0
  private var hasHeader = false

  public init(limits: CARLimits = .default) {
    self.limits = limits
  }

  /// Bytes of the file that were read.
  public var offset: Int { bufferOffset + position }

  public mutating func append(_ chunk: [UInt8]) {
    if position == buffer.count {
      bufferOffset += position
      position = 0
      buffer = chunk
      return
    }
    if position > 0 {
      bufferOffset += position
      buffer.removeFirst(position)
      position = 0
    }
    buffer.append(contentsOf: chunk)
  }

  /// The next section, or nil until more bytes come.
  public mutating func next() throws(RepoError) -> Section? {
    if !hasHeader { return try header().map { .header(roots: $0) } }
    return try nextBlock().map { .block($0.cid, [UInt8](buffer[$0.range])) }
  }

  /// The roots, which come first; nil until more bytes come.
  mutating func header() throws(RepoError) -> [CID]? {
    guard let content = try nextSection(limit: limits.header) else { return nil }
    let roots = try roots(content)
    hasHeader = true
    position = content.upperBound
    return roots
  }

  /// The next block after the header, its bytes as a range of ``buffer``; nil until more bytes come.
  mutating func nextBlock() throws(RepoError) -> (cid: CID, range: Range<Int>)? {
    while let content = try nextSection(limit: limits.block) {
      let block = try block(content)
      position = content.upperBound
      if let block { return block }
      uncheckedBlockCount += 1
    }
    return nil
  }

  /// Throws ``RepoError/Code/truncatedCAR`` where the file ends within a section or its header.
  public func finish() throws(RepoError) {
    guard hasHeader, position == buffer.count else {
      throw RepoError(
        .truncatedCAR,
        "the CAR file ends too early",
        offset: bufferOffset + buffer.count
      )
    }
  }

  private func nextSection(limit: Int) throws(RepoError) -> Range<Int>? {
    if position == buffer.count { return nil }
    switch Varint.read(buffer.span.extracting(position...)) {
    case .incomplete: return nil
    case .malformed: throw malformed("a section's length is no varint")
    case .value(let length, let byteCount):
      if length > UInt64(limit) {
        throw RepoError(.tooLarge, "a section of more than \(limit) bytes", offset: offset)
      }
      if length == 0 { throw malformed("an empty section") }
      let start = position + byteCount
      return Int(length) <= buffer.count - start ? start..<start + Int(length) : nil
    }
  }

  private func roots(_ content: Range<Int>) throws(RepoError) -> [CID] {
    let header: CARHeader
    do throws(DataError) {
      header = try CARHeader(
        cbor: buffer.span.bytes.extracting(content),
        rules: .allowsForeignCIDs
      )
    } catch {
      throw malformed("the header: \(error)")
    }
    guard header.version == 1 else { throw malformed("version \(header.version) of CAR") }
    return header.roots
  }

  /// Nil for a block that cannot be checked.
  private func block(_ content: Range<Int>) throws(RepoError) -> (cid: CID, range: Range<Int>)? {
    let bytes = buffer.span.extracting(content)
    guard let length = CIDPrefix.length(bytes),
      let cid = try? CID(bytes: bytes.extracting(first: length).bytes)
    else { throw malformed("a block without a CID") }
    guard cid.hashCode == 0x12 else { return nil }
    guard cid.identifies(bytes.extracting(droppingFirst: length).bytes) else {
      throw RepoError(.wrongHash, "a block is not what \(cid) names", offset: offset)
    }
    return (cid, content.lowerBound + length..<content.upperBound)
  }

  private func malformed(_ reason: String) -> RepoError {
    RepoError(.malformedCAR, reason, offset: offset)
  }
}

enum CIDPrefix {
  /// The length of the CID at the front of `bytes`, if there is one.
  static func length(_ bytes: Span<UInt8>) -> Int? {
    // The blessed forms, and version 0.
    if bytes.count >= 36, bytes[0] == 0x01, bytes[1] < 0x80, bytes[2] == 0x12, bytes[3] == 0x20 {
      return 36
    }
    if bytes.count >= 34, bytes[0] == 0x12, bytes[1] == 0x20 { return 34 }
    // Version, codec, hash code, digest length.
    var offset = 0
    var last: UInt64 = 0
    for _ in 0..<4 {
      let rest = bytes.extracting(droppingFirst: offset)
      guard case .value(let value, let byteCount) = Varint.read(rest) else { return nil }
      offset += byteCount
      last = value
    }
    guard last <= UInt64(bytes.count - offset) else { return nil }
    return offset + Int(last)
  }
}
