import ATProtoCrypto
public import ATProtoData
import ATProtoSyntax

/// The limits of a reader of CAR files, in bytes, checked before memory is allocated.
public struct CARLimits: Hashable, Sendable {
  /// The largest header.
  public var header: Int
  /// The largest block. Records have at most 1 MiB, tree nodes far less.
  public var block: Int

  /// Creates limits.
  public init(header: Int = 64 << 10, block: Int = 2 << 20) {
    self.header = header
    self.block = block
  }

  /// 64 KiB for the header, 2 MiB for a block.
  public static let `default` = CARLimits()
}

/// Reads a CAR file of version 1 as it arrives, with memory for one block.
///
///     reader.append(chunk)
///     while let section = try reader.next() { … }      // nil: more bytes are needed
///     …
///     try reader.finish()
///
/// The hash of each block is checked. Blocks may be in any order and repeated; the caller decides
/// whether to accept that. Blocks whose CID names a hash other than SHA-256 cannot be checked: they
/// are counted and left out. After an error, the reader cannot be used any more.
public struct CARReader: Sendable {
  /// A part of a CAR file.
  public enum Section: Sendable {
    /// Comes first, once.
    case header(roots: [CID])
    /// A block and its CID.
    case block(CID, [UInt8])
  }

  /// The limits of the reader.
  public let limits: CARLimits
  /// The number of blocks that were left out because their hash function is not supported.
  public private(set) var uncheckedBlockCount = 0

  private(set) var buffer: [UInt8] = []
  private var position = 0
  /// The offset in the file at which ``buffer`` starts.
  private var bufferOffset = 0
  private var hasHeader = false

  /// Creates a reader at the start of a file.
  public init(limits: CARLimits = .default) {
    self.limits = limits
  }

  /// The number of bytes of the file that have been read.
  public var offset: Int { bufferOffset + position }

  /// Adds the next bytes of the file.
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

  /// Returns the next section, or nil if more bytes are needed.
  public mutating func next() throws(RepoError) -> Section? {
    if !hasHeader { return try header().map { .header(roots: $0) } }
    return try nextBlock().map { .block($0.cid, [UInt8](buffer[$0.range])) }
  }

  /// The roots, which come first; nil if more bytes are needed.
  mutating func header() throws(RepoError) -> [CID]? {
    guard let content = try nextSection(limit: limits.header) else { return nil }
    let roots = try roots(content)
    hasHeader = true
    position = content.upperBound
    return roots
  }

  /// The next block after the header, with its bytes as a range of ``buffer``; nil if more bytes
  /// are needed.
  mutating func nextBlock() throws(RepoError) -> (cid: CID, range: Range<Int>)? {
    while let content = try nextSection(limit: limits.block) {
      let block = try block(content)
      position = content.upperBound
      if let block { return block }
      uncheckedBlockCount += 1
    }
    return nil
  }

  /// Checks that the file is complete. Throws ``RepoError/Code/truncatedCAR`` if it ends within a
  /// section or the header.
  public func finish() throws(RepoError) {
    guard hasHeader, position == buffer.count else {
      throw RepoError(
        .truncatedCAR,
        "the CAR file is truncated",
        offset: bufferOffset + buffer.count
      )
    }
  }

  private func nextSection(limit: Int) throws(RepoError) -> Range<Int>? {
    if position == buffer.count { return nil }
    switch Varint.read(buffer.span.extracting(position...)) {
    case .incomplete: return nil
    case .malformed: throw malformed("the length of a section is not a varint")
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
    guard header.version == 1 else { throw malformed("unsupported CAR version \(header.version)") }
    return header.roots
  }

  /// Nil for a block that cannot be checked.
  private func block(_ content: Range<Int>) throws(RepoError) -> (cid: CID, range: Range<Int>)? {
    let bytes = buffer.span.extracting(content)
    guard let length = CIDPrefix.length(bytes),
      let cid = try? CID(bytes: bytes.extracting(first: length).bytes)
    else { throw malformed("a block does not have a CID") }
    guard cid.hashCode == 0x12 else { return nil }
    guard cid.identifies(bytes.extracting(droppingFirst: length).bytes) else {
      throw RepoError(.wrongHash, "a block does not have the hash of \(cid)", offset: offset)
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
