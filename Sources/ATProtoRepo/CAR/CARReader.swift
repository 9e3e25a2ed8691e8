import ATProtoCrypto
public import ATProtoData

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

  private var buffer: [UInt8] = []
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
    while let content = try nextSection() {
      if !hasHeader {
        hasHeader = true
        let roots = try roots(content)
        position = content.endIndex
        return .header(roots: roots)
      }
      let block = try block(content)
      position = content.endIndex
      if let block { return .block(block.cid, block.bytes) }
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

  private func nextSection() throws(RepoError) -> ArraySlice<UInt8>? {
    let rest = buffer[position...]
    if rest.isEmpty { return nil }
    switch Varint.read(rest) {
    case .incomplete: return nil
    case .malformed: throw malformed("a section's length is no varint")
    case .value(let length, let byteCount):
      let limit = hasHeader ? limits.block : limits.header
      if length > UInt64(limit) {
        throw RepoError(.tooLarge, "a section of more than \(limit) bytes", offset: offset)
      }
      if length == 0 { throw malformed("an empty section") }
      let content = rest.dropFirst(byteCount).prefix(Int(length))
      return content.count == Int(length) ? content : nil
    }
  }

  private func roots(_ content: ArraySlice<UInt8>) throws(RepoError) -> [CID] {
    let header: CARHeader
    do throws(DataError) {
      header = try CARHeader(cbor: [UInt8](content), rules: .allowsForeignCIDs)
    } catch {
      throw malformed("the header: \(error)")
    }
    guard header.version == 1 else { throw malformed("version \(header.version) of CAR") }
    return header.roots
  }

  /// Nil for a block that cannot be checked.
  private func block(
    _ content: ArraySlice<UInt8>
  ) throws(RepoError) -> (cid: CID, bytes: [UInt8])? {
    guard let length = CIDPrefix.length(content),
      let cid = try? CID(bytes: [UInt8](content.prefix(length)))
    else { throw malformed("a block without a CID") }
    guard cid.hashCode == 0x12 else { return nil }
    let bytes = [UInt8](content.dropFirst(length))
    guard cid.identifies(bytes) else {
      throw RepoError(.wrongHash, "a block is not what \(cid) names", offset: offset)
    }
    return (cid, bytes)
  }

  private func malformed(_ reason: String) -> RepoError {
    RepoError(.malformedCAR, reason, offset: offset)
  }
}

enum CIDPrefix {
  /// The length of the CID at the front of `bytes`, if there is one.
  static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
    // The blessed forms, and version 0.
    if bytes.count >= 36, bytes.starts(with: [0x01, 0x71, 0x12, 0x20]) { return 36 }
    if bytes.count >= 34, bytes.starts(with: [0x12, 0x20]) { return 34 }
    // Version, codec, hash code, digest length.
    var rest = bytes
    var last: UInt64 = 0
    for _ in 0..<4 {
      guard case .value(let value, let byteCount) = Varint.read(rest) else { return nil }
      rest = rest.dropFirst(byteCount)
      last = value
    }
    guard last <= UInt64(rest.count) else { return nil }
    return bytes.count - rest.count + Int(last)
  }
}
