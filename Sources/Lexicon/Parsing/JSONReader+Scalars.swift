extension JSONReader {
  mutating func readString() throws(ParseError) -> String {
    let opening = index
    index += 1
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        index += 1
        return text
      }
      if byte == UInt8(ascii: "\\") {
        return try readEscapedString(opening: opening, start: start)
      }
      guard byte >= 0x20 else { throw controlCharacter() }
      index += 1
    }
    throw unterminated(opening)
  }

  private mutating func readEscapedString(
    opening: Int,
    start: Int
  ) throws(ParseError) -> String {
    var text = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text.append(contentsOf: UTF8.encode(try readEscape())!)
      case 0..<0x20:
        throw controlCharacter()
      default:
        text.append(byte)
        index += 1
      }
    }
    throw unterminated(opening)
  }

  private mutating func readEscape() throws(ParseError) -> Unicode.Scalar {
    let start = index
    index += 1
    guard index < bytes.count else { throw unexpected("an escape sequence") }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default:
      throw ParseError(
        .jsonSyntax,
        at: start,
        "unknown escape sequence \(quoted("\\" + String(Unicode.Scalar(byte))))"
      )
    }
    let unit = try readHexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if unit < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    {
      let second = index
      index += 2
      let low = try readHexadecimal()
      if (0xDC00...0xDFFF).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      {
        return scalar
      }
      // This is not the other half, so read it again as a separate character.
      index = second
    }
    errors.append(
      ParseError(
        .loneSurrogate,
        at: start,
        "lone surrogate '\\u\(String(unit, radix: 16, uppercase: true))'; "
          + "write both halves of the pair"
      )
    )
    return "\u{FFFD}"
  }

  private mutating func readHexadecimal() throws(ParseError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard index < bytes.count else { throw unexpected("four hexadecimal digits") }
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - 0x57)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - 0x37)
      default: throw unexpected("four hexadecimal digits")
      }
      index += 1
    }
    return value
  }

  private func controlCharacter() -> ParseError {
    let name = bytes[index] == UInt8(ascii: "\n") ? "line break" : "control character"
    return ParseError(
      .jsonSyntax,
      at: index,
      "unescaped \(name) in a string (0x\(hex(bytes[index])))"
    )
  }

  private func unterminated(_ opening: Int) -> ParseError {
    ParseError(.jsonSyntax, at: opening, "unterminated string; add the closing quotation mark")
  }
}

extension JSONReader {
  //   number = [ "-" ] int [ "." 1*digit ] [ ( "e" / "E" ) [ "+" / "-" ] 1*digit ]
  //   int    = "0" / digit1-9 *digit

  mutating func readNumber() throws(ParseError) -> LocatedValue {
    let start = index
    let isNegative = take(UInt8(ascii: "-"))
    let digits = index
    try skipDigits()
    if bytes[digits] == UInt8(ascii: "0"), index > digits + 1 {
      throw ParseError(.jsonSyntax, at: start, "a number must not have a leading zero")
    }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      try skipDigits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try skipDigits()
    }
    let range = start..<index
    guard isInteger else {
      return LocatedValue(.number(String(decoding: bytes[range], as: UTF8.self)), range: range)
    }
    guard let value = integer(digits..<index, isNegative: isNegative) else {
      errors.append(
        .integerTooLarge(String(decoding: bytes[range], as: UTF8.self), at: start)
      )
      return LocatedValue(.tooLarge, range: range)
    }
    return LocatedValue(.integer(value), range: range)
  }

  private mutating func skipDigits() throws(ParseError) {
    let start = index
    while index < bytes.count, bytes[index] &- 0x30 < 10 { index += 1 }
    guard index > start else { throw unexpected("a digit") }
  }

  private func integer(_ digits: Range<Int>, isNegative: Bool) -> Int? {
    var value = 0
    for position in digits {
      let digit = Int(bytes[position] - 0x30)
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }
}
