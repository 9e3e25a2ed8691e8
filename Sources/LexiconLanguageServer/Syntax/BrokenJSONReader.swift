import Lexicon

/// Recognizes the parts of JSON, and of flow style in YAML, despite errors.
///
/// A missing comma, colon, value, quotation mark, or bracket affects only the part that it belongs to.
/// Time is proportional to the size of the text.
struct BrokenJSONReader {
  private let bytes: [UInt8]
  private(set) var index: Int
  private let isYAML: Bool
  private var openObjects = 0
  private var openArrays = 0
  /// The rest of a line in which every string after the first has no end, either.
  private var unterminated = 0..<0

  init(_ bytes: [UInt8], from start: Int = 0, isYAML: Bool = false) {
    self.bytes = bytes
    self.isYAML = isYAML
    index = start
  }

  mutating func document() -> SyntaxNode? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = max(index, 3) }
    while index < bytes.count {
      if let node = value() { return node }
      index += 1
    }
    return nil
  }

  /// Reads a value, or returns nil if the next byte cannot begin one.
  mutating func value() -> SyntaxNode? {
    skipSpace()
    guard index < bytes.count else { return nil }
    // Deeper documents are errors, and recursion must end.
    guard openObjects + openArrays < 128 else { return nil }
    switch bytes[index] {
    case UInt8(ascii: "{"): return object()
    case UInt8(ascii: "["): return array()
    case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: ":"): return nil
    default:
      let token = token()
      return SyntaxNode(.scalar(token), token.range)
    }
  }

  private mutating func object() -> SyntaxNode {
    let start = index
    index += 1
    openObjects += 1
    defer { openObjects -= 1 }
    var members: [SyntaxNode.Member] = []
    while true {
      skipSpace()
      guard index < bytes.count else { break }
      switch bytes[index] {
      case UInt8(ascii: "}"):
        index += 1
        return SyntaxNode(.object(members), start..<index)
      case UInt8(ascii: "]") where openArrays > 0:
        return SyntaxNode(.object(members), start..<index)
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"): index += 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        // A value without a key.
        if value() == nil { index += 1 }
      default: members.append(member())
      }
    }
    return SyntaxNode(.object(members), start..<index)
  }

  private mutating func member() -> SyntaxNode.Member {
    var member = SyntaxNode.Member(key: token())
    let end = index
    skipSpace()
    guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else {
      index = end
      return member
    }
    member.colon = index
    index += 1
    let afterColon = index
    skipSpace()
    // A string before a colon is the next key, so this one has no value.
    if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
      let start = index
      _ = token()
      skipSpace()
      let isKey = index < bytes.count && bytes[index] == UInt8(ascii: ":")
      index = isKey ? afterColon : start
      if isKey { return member }
    }
    member.value = value()
    return member
  }

  private mutating func array() -> SyntaxNode {
    let start = index
    index += 1
    openArrays += 1
    defer { openArrays -= 1 }
    var elements: [SyntaxNode] = []
    while true {
      skipSpace()
      guard index < bytes.count else { break }
      switch bytes[index] {
      case UInt8(ascii: "]"):
        index += 1
        return SyntaxNode(.array(elements), start..<index)
      case UInt8(ascii: "}") where openObjects > 0:
        return SyntaxNode(.array(elements), start..<index)
      // A key: the array has no end.
      case UInt8(ascii: ":") where openObjects > 0 && isKey(elements.last):
        let key = elements.removeLast()
        index = key.range.lowerBound
        return SyntaxNode(.array(elements), start..<index)
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "}"): index += 1
      default:
        guard let element = value() else {
          index += 1
          continue
        }
        elements.append(element)
      }
    }
    return SyntaxNode(.array(elements), start..<index)
  }

  private func isKey(_ node: SyntaxNode?) -> Bool {
    node?.token.map { isYAML || $0.quote != nil } ?? false
  }

  private mutating func token() -> SyntaxNode.Token {
    let first = bytes[index]
    if first == 0x22 || isYAML && first == 0x27 { return string(first) }
    let start = index
    while index < bytes.count, !isEndOfPlain(bytes[index]) { index += 1 }
    // The caller has seen a byte that begins a token.
    if index == start { index += 1 }
    var end = index
    while end > start + 1, bytes[end - 1] == 0x20 { end -= 1 }
    return SyntaxNode.Token(
      text: String(decoding: bytes[start..<end], as: UTF8.self),
      range: start..<end,
      quote: nil
    )
  }

  private func isEndOfPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x09, 0x0A, 0x0D: true
    case 0x20: !isYAML
    case UInt8(ascii: ":"):
      !isYAML || index + 1 >= bytes.count || [0x20, 0x0A, 0x0D, 0x2C].contains(bytes[index + 1])
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: ","), UInt8(ascii: "\""):
      true
    default: false
    }
  }

  private mutating func string(_ quote: UInt8) -> SyntaxNode.Token {
    let start = index
    if quote != 0x22 || !unterminated.contains(start) {
      index = endOfContent(quote)
      if index < bytes.count, bytes[index] == quote, endsValue(after: index) {
        index += 1
        return SyntaxNode.Token(
          text: String(decoding: bytes[start + 1..<index - 1], as: UTF8.self),
          range: start..<index,
          quote: quote
        )
      }
      // All quotation marks up to here are escaped. The next strings begin with them and have no end,
      // so that they need not be searched for one.
      if quote == 0x22 { unterminated = start..<index }
    }
    // The string has no end. What it contains is probably a name.
    index = start + 1
    while index < bytes.count, !isEndOfName(bytes[index]), bytes[index] != quote { index += 1 }
    return SyntaxNode.Token(
      text: String(decoding: bytes[start + 1..<index], as: UTF8.self),
      range: start..<index,
      quote: quote,
      isTerminated: false
    )
  }

  /// The offset of the quotation mark or of the end of the line after the content of a string.
  private func endOfContent(_ quote: UInt8) -> Int {
    var end = index + 1
    while end < bytes.count, bytes[end] != quote, bytes[end] != 0x0A, bytes[end] != 0x0D {
      end += quote == 0x22 && bytes[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(end, bytes.count)
  }

  /// Whether a quotation mark ends a string, and does not begin the next one.
  private func endsValue(after offset: Int) -> Bool {
    var next = offset + 1
    while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
    guard next < bytes.count else { return true }
    switch bytes[next] {
    case 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "}"), UInt8(ascii: "]"):
      return true
    case UInt8(ascii: "\""): return true
    case UInt8(ascii: "#"): return isYAML
    default: return false
    }
  }

  private func isEndOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x09, 0x0A, 0x0D, 0x20, UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "}"),
      UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      case UInt8(ascii: "#") where isYAML && (index == 0 || bytes[index - 1] <= 0x20):
        while index < bytes.count, bytes[index] != 0x0A { index += 1 }
      default: return
      }
    }
  }
}
