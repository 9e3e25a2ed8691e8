import ATProtoData

/// The text of a document, with an index from positions to UTF-8 offsets.
///
/// Lines end at LF, CRLF, or CR. Positions beyond the end of a line or of the text count as that end,
/// and positions inside a character as its start.
struct TextDocument {
  private(set) var bytes: [UInt8]
  private let encoding: PositionEncoding
  /// The offset of the first byte of each line.
  private var lines: [Int]
  /// Whether all bytes are ASCII. It stays false if an edit removes the others.
  private var isASCII: Bool

  init(_ bytes: [UInt8], _ encoding: PositionEncoding) {
    self.bytes = bytes
    self.encoding = encoding
    (lines, isASCII) = Self.scan(bytes)
  }

  private static func scan(_ bytes: [UInt8]) -> (lines: [Int], isASCII: Bool) {
    var lines = [0]
    var isASCII = true
    for (offset, byte) in bytes.enumerated() {
      if byte == 0x0A {
        lines.append(offset + 1)
      } else if byte == 0x0D, offset + 1 == bytes.count || bytes[offset + 1] != 0x0A {
        lines.append(offset + 1)
      } else if byte >= 0x80 {
        isASCII = false
      }
    }
    return (lines, isASCII)
  }

  /// The offset of the end of a line, before its terminator.
  private func end(ofLine line: Int) -> Int {
    guard line + 1 < lines.count else { return bytes.count }
    var end = lines[line + 1] - 1
    if end > lines[line], bytes[end] == 0x0A, bytes[end - 1] == 0x0D { end -= 1 }
    return end
  }

  func offset(of position: Position) -> Int {
    guard position.line < lines.count else { return bytes.count }
    let start = lines[position.line]
    let end = end(ofLine: position.line)
    if isASCII { return min(end, start + min(position.character, end - start)) }
    var offset = start
    var units = 0
    while offset < end {
      let (length, width) = scalar(at: offset, end)
      guard units + width <= position.character else { break }
      units += width
      offset += length
    }
    return offset
  }

  func position(at offset: Int) -> Position {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lines.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lines[middle] <= offset { low = middle } else { high = middle }
    }
    let target = min(offset, end(ofLine: low))
    if isASCII { return Position(line: low, character: target - lines[low]) }
    var index = lines[low]
    var units = 0
    while index < target {
      let (length, width) = scalar(at: index, target)
      units += width
      index += length
    }
    return Position(line: low, character: units)
  }

  /// The number of bytes of a scalar and its width in the encoding of positions. A byte that is not
  /// part of UTF-8 counts as one unit, as the replacement character would.
  private func scalar(at offset: Int, _ end: Int) -> (length: Int, width: Int) {
    let length =
      switch bytes[offset] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    let isWhole =
      offset + length <= end
      && bytes[(offset + 1)..<(offset + length)].allSatisfy { $0 & 0xC0 == 0x80 }
    guard isWhole else { return (1, 1) }
    return (length, encoding == .utf8 ? length : length == 4 ? 2 : 1)
  }

  func range(_ range: Range<Int>) -> DataValue {
    var end = range.upperBound
    // A range that ends inside of CRLF would be empty if it began there, too.
    if end > 0, end < bytes.count, bytes[end - 1] == 0x0D, bytes[end] == 0x0A { end += 1 }
    return ["start": position(at: range.lowerBound).json, "end": position(at: end).json]
  }

  /// Applies an element of `contentChanges`: a replacement of a range, or of the whole text.
  mutating func apply(_ change: JSONValue) throws(MessageFailure) {
    guard let text = change["text"]?.string else {
      throw MessageFailure(.invalidParams, "a change has no text")
    }
    guard let range = change["range"], range != .null else {
      self = TextDocument(Array(text.utf8), encoding)
      return
    }
    let start = offset(of: try Position(range["start"]))
    let end = offset(of: try Position(range["end"]))
    replace(min(start, end)..<max(start, end), with: text.utf8)
  }

  private mutating func replace(_ range: Range<Int>, with text: String.UTF8View) {
    bytes.replaceSubrange(range, with: text)
    isASCII = isASCII && text.allSatisfy { $0 < 0x80 }
    // Whether a line begins at an offset depends on the bytes before and after it, so only lines that
    // begin in the new text or at its ends can differ.
    let end = range.lowerBound + text.count
    let first = max(1, firstLine { $0 >= range.lowerBound })
    let last = max(first, firstLine { $0 > range.upperBound })
    var starts: [Int] = []
    var offset = max(1, range.lowerBound)
    while offset <= end {
      if isStartOfLine(offset) { starts.append(offset) }
      offset += 1
    }
    lines.replaceSubrange(first..<last, with: starts)
    let shift = text.count - range.count
    guard shift != 0 else { return }
    for index in first + starts.count..<lines.count { lines[index] += shift }
  }

  private func isStartOfLine(_ offset: Int) -> Bool {
    switch bytes[offset - 1] {
    case 0x0A: true
    case 0x0D: offset == bytes.count || bytes[offset] != 0x0A
    default: false
    }
  }

  /// The first line whose start satisfies a condition that all later ones satisfy, too.
  private func firstLine(where condition: (Int) -> Bool) -> Int {
    var low = 0
    var high = lines.count
    while low < high {
      let middle = (low + high) / 2
      if condition(lines[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
