/// The text of a file, with an index from offsets to lines and columns.
public struct SourceText: Sendable {
  /// The path of the file, as the user named it.
  public let path: String
  /// The content of the file, with its byte order mark.
  public let bytes: [UInt8]
  /// The offset of the text: after the byte order mark, if there is one.
  let start: Int
  /// The offsets of the first byte of each line.
  private let lines: [Int]
  /// The number of UTF-8 continuation bytes before each multiple of `stride`; empty if the text is
  /// ASCII. It makes columns cheap to compute in a file with one long line.
  private let continuations: [Int]

  private static let stride = 256

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var lines = [start]
    var isASCII = true
    for offset in start..<bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\n") { lines.append(offset + 1) }
      if byte >= 0x80 { isASCII = false }
    }
    self.lines = lines
    continuations = isASCII ? [] : Self.countContinuations(bytes)
  }

  private static func countContinuations(_ bytes: [UInt8]) -> [Int] {
    var counts: [Int] = []
    counts.reserveCapacity(bytes.count / stride + 1)
    var count = 0
    for offset in bytes.indices {
      if offset % stride == 0 { counts.append(count) }
      if bytes[offset] & 0xC0 == 0x80 { count += 1 }
    }
    return counts
  }

  /// Returns the location of a UTF-8 offset, which may be the end of the text.
  public func location(at offset: Int) -> SourceLocation {
    let offset = min(max(offset, start), bytes.count)
    var low = 0
    var high = lines.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lines[middle] <= offset { low = middle } else { high = middle }
    }
    let line = lines[low]
    let column = offset - line - (continuations(before: offset) - continuations(before: line))
    return SourceLocation(path: path, offset: offset, line: low + 1, column: column + 1)
  }

  private func continuations(before offset: Int) -> Int {
    guard !continuations.isEmpty else { return 0 }
    let checkpoint = min(offset / Self.stride, continuations.count - 1)
    var count = continuations[checkpoint]
    for index in checkpoint * Self.stride..<offset where bytes[index] & 0xC0 == 0x80 {
      count += 1
    }
    return count
  }
}

extension SourceText {
  /// Checks that the text is UTF-8 (RFC 8259, section 8.1) without NUL bytes, and returns warnings.
  ///
  /// The error names the encoding if it is recognized.
  func checkEncoding() throws(ParseError) -> [ParseError] {
    var warnings: [ParseError] = []
    if start > 0 {
      warnings.append(
        ParseError(
          .byteOrderMark,
          at: 0,
          "the file begins with a byte order mark, which is ignored; remove it"
        )
      )
    }
    if let name = wideEncoding {
      throw ParseError(.notUTF8, at: 0, "the file is encoded in \(name); expected UTF-8")
    }
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw ParseError(
        .notUTF8,
        at: error.byteOffsets.lowerBound,
        "invalid UTF-8: byte 0x\(hex(bytes[error.byteOffsets.lowerBound]))"
      )
    }
    if let offset = bytes.firstIndex(of: 0) {
      throw ParseError(.nulByte, at: offset, "the file contains a NUL byte; expected UTF-8 text")
    }
    return warnings
  }

  /// UTF-32 or UTF-16, recognized by its byte order mark, or by the zeros in the first two
  /// characters, which are ASCII in every JSON document (RFC 4627, section 3).
  private var wideEncoding: String? {
    let head = Array(bytes.prefix(4))
    if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
      return "UTF-32"
    }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard head.count >= 2 else { return nil }
    let zeros = head.map { $0 == 0 }
    return switch zeros {
    case [false, true, true, true], [true, true, true, false]: "UTF-32"
    case [false, true, false, true], [true, false, true, false], [false, true], [true, false]:
      "UTF-16"
    default: nil
    }
  }
}

func hex(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return digits.count == 1 ? "0\(digits)" : digits
}
