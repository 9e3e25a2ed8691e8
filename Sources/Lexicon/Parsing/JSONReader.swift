/// Parses JSON (RFC 8259) into located values.
///
/// The first syntax error ends the parse. Errors that leave the structure intact (duplicate keys,
/// lone surrogates, integers of more than 64 bits) are collected, and the parse continues.
struct JSONReader {
  let bytes: [UInt8]
  var index: Int
  var errors: [ParseError] = []

  init(_ source: SourceText) {
    bytes = source.bytes
    index = source.start
  }

  /// Parses one value, surrounded by white space only.
  mutating func readDocument() throws(ParseError) -> LocatedValue {
    skipSpace()
    let value = try readValue(depth: 0)
    skipSpace()
    guard index == bytes.count else {
      throw ParseError(
        .trailingGarbage,
        at: index,
        "unexpected \(describe(index)) after the end of the document"
      )
    }
    return value
  }

  mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  private mutating func readValue(depth: Int) throws(ParseError) -> LocatedValue {
    guard index < bytes.count else { throw unexpected("a value") }
    switch bytes[index] {
    case UInt8(ascii: "\""):
      let start = index
      let text = try readString()
      return LocatedValue(.string(text), range: start..<index)
    case UInt8(ascii: "{"): return try readObject(depth: depth)
    case UInt8(ascii: "["): return try readArray(depth: depth)
    case UInt8(ascii: "t"): return try readWord("true", .boolean(true))
    case UInt8(ascii: "f"): return try readWord("false", .boolean(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
    default: throw unexpected("a value")
    }
  }

  private mutating func readObject(depth: Int) throws(ParseError) -> LocatedValue {
    let start = index
    guard depth < ParseError.maximumDepth else { throw .tooDeep(at: start) }
    index += 1
    var members: [LocatedValue.Member] = []
    skipSpace()
    if !take(UInt8(ascii: "}")) {
      while true {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
          throw unexpected(members.isEmpty ? "a key or '}'" : "a key")
        }
        let nameOffset = index
        let name = try readString()
        let nameRange = nameOffset..<index
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
        skipSpace()
        let value = try readValue(depth: depth + 1)
        members.append(.init(name: name, nameRange: nameRange, value: value))
        skipSpace()
        if take(UInt8(ascii: "}")) { break }
        guard take(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
        skipSpace()
      }
    }
    members.removeDuplicates(into: &errors)
    return LocatedValue(.object(members), range: start..<index)
  }

  private mutating func readArray(depth: Int) throws(ParseError) -> LocatedValue {
    let start = index
    guard depth < ParseError.maximumDepth else { throw .tooDeep(at: start) }
    index += 1
    var elements: [LocatedValue] = []
    skipSpace()
    if !take(UInt8(ascii: "]")) {
      while true {
        elements.append(try readValue(depth: depth + 1))
        skipSpace()
        if take(UInt8(ascii: "]")) { break }
        guard take(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
        skipSpace()
      }
    }
    return LocatedValue(.array(elements), range: start..<index)
  }

  private mutating func readWord(
    _ word: StaticString,
    _ kind: LocatedValue.Kind
  ) throws(ParseError) -> LocatedValue {
    let start = index
    for position in 0..<word.utf8CodeUnitCount {
      guard index < bytes.count, bytes[index] == word.utf8Start[position] else {
        throw unexpected("'\(word)'")
      }
      index += 1
    }
    return LocatedValue(kind, range: start..<index)
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  func unexpected(_ expected: String) -> ParseError {
    var message = "expected \(expected), found \(describe(index))"
    if index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "/"), UInt8(ascii: "#"): message += "; JSON has no comments"
      case UInt8(ascii: "'"): message += "; JSON strings use double quotes"
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if isAfterComma { message += "; JSON has no trailing commas" }
      default: break
      }
    }
    return ParseError(.jsonSyntax, at: index, message)
  }

  private var isAfterComma: Bool {
    let before = bytes[..<index].last { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
    return before == UInt8(ascii: ",")
  }

  func describe(_ offset: Int) -> String {
    guard offset < bytes.count else { return "the end of the file" }
    let text = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
    return quoted(text.unicodeScalars.first.map { String($0) } ?? "")
  }
}
