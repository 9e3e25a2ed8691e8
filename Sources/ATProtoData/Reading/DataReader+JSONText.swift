import ATProtoSyntax

extension DataReader {
  @inline(__always)
  mutating func jsonText() throws(DataError) -> String {
    guard try peekToken() == UInt8(ascii: "\"") else { throw jsonMismatch("a string") }
    return try jsonText(limits.stringLength, .stringLength)
  }

  mutating func jsonShortText() throws(DataError) -> ShortText {
    guard let (start, end) = try plainRange(), let text = input.shortText(start, end, smallText)
    else { return ShortText(try jsonText(limits.stringLength, .stringLength)) }
    offset = end + 1
    return text
  }

  mutating func jsonSharedText() throws(DataError) -> SharedText {
    guard let (start, end) = try plainRange() else {
      return SharedText(try jsonText(limits.stringLength, .stringLength))
    }
    offset = end + 1
    return sharedText(start, end)
  }

  /// The range of the text that comes next, if it is ASCII without escapes and not too long.
  @inline(__always)
  private mutating func plainRange() throws(DataError) -> (Int, Int)? {
    guard try peekToken() == UInt8(ascii: "\"") else { throw jsonMismatch("a string") }
    let start = offset + 1
    let (end, isASCII) = input.scanJSONText(start)
    guard isASCII, end < input.byteCount, input.byte(end) == UInt8(ascii: "\""),
      end - start <= limits.stringLength
    else { return nil }
    return (start, end)
  }

  /// Reads a string if it is written exactly like `expected`.
  mutating func readJSONText(equalTo expected: StaticString) throws(DataError) -> Bool {
    guard try peekToken() == UInt8(ascii: "\"") else { throw jsonMismatch("a string") }
    let start = offset + 1
    let end = start + expected.utf8CodeUnitCount
    guard end < input.byteCount, input.byte(end) == UInt8(ascii: "\""),
      end - start <= limits.stringLength, input.equals(start, end, expected)
    else { return false }
    offset = end + 1
    return true
  }

  /// Reads a key whose quote comes next.
  mutating func jsonKey() throws(DataError) -> String {
    try jsonText(limits.keyLength, .keyLength)
  }

  /// Reads a string whose quote comes next.
  mutating func jsonText(
    _ limit: Int,
    _ code: DataError.Code
  ) throws(DataError) -> String {
    let start = offset + 1
    let (end, isASCII) = input.scanJSONText(start)
    guard end < input.byteCount else { throw truncated() }
    guard input.byte(end) == UInt8(ascii: "\"") else {
      return try escapedText(start, end, limit, code)
    }
    if end - start > limit { throw tooLong(start - 1, limit, code) }
    offset = end + 1
    if isASCII { return input.asciiText(start, end, smallText) }
    guard let text = input.wideText(start, end) else {
      throw DataError(.invalidUTF8, at: start, "the text is not UTF-8")
    }
    return text
  }

  /// Reads a string that has escapes, the first at `special`.
  @inline(never)
  private mutating func escapedText(
    _ start: Int,
    _ special: Int,
    _ limit: Int,
    _ code: DataError.Code
  ) throws(DataError) -> String {
    var plain = start
    offset = special
    var output = OutputBytes(capacity: 256)
    while true {
      output.append(input.slice(plain, offset))
      if output.count > limit { throw tooLong(start - 1, limit, code) }
      let byte = try peek()
      if byte == UInt8(ascii: "\"") { break }
      if byte != UInt8(ascii: "\\") {
        throw DataError(.controlCharacter, at: offset, "a control character in a string")
      }
      let scalar = try escape()
      output.reserve(4)
      for unit in String(scalar).utf8 { output.put(unit) }
      plain = offset
      offset = input.scanJSONText(offset).end
    }
    offset += 1
    guard let text = output.bytes.text(0, output.count) else {
      throw DataError(.invalidUTF8, at: start, "the text is not UTF-8")
    }
    return text
  }

  /// Reads one escape, or two that are a surrogate pair.
  private mutating func escape() throws(DataError) -> Unicode.Scalar {
    let start = offset
    guard input.byteCount - start >= 2 else { throw truncated() }
    offset += 2
    switch input.byte(start + 1) {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw DataError(.escape, at: start, "unknown escape sequence")
    }
    let unit = try hexUnit(start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // RFC 8259, 7: beyond the Basic Multilingual Plane, "a 12-character sequence, encoding the
    // UTF-16 surrogate pair".
    guard unit < 0xDC00, input.byteCount - offset >= 2,
      input.byte(offset) == UInt8(ascii: "\\"), input.byte(offset + 1) == UInt8(ascii: "u")
    else { throw DataError(.surrogate, at: start, "a surrogate without its pair") }
    offset += 2
    let low = try hexUnit(offset - 2)
    guard low >= 0xDC00, low < 0xE000,
      let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
    else { throw DataError(.surrogate, at: start, "a surrogate without its pair") }
    return scalar
  }

  private mutating func hexUnit(_ start: Int) throws(DataError) -> UInt32 {
    guard input.byteCount - offset >= 4 else { throw truncated() }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = input.byte(offset).hexValue else {
        throw DataError(.escape, at: start, "expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
