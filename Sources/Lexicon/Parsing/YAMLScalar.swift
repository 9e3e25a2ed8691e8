// YAML 1.2.2, section 10.3.2, "Tag Resolution" of the core schema:
//
//   null  = "null" / "Null" / "NULL" / "~" / ""
//   bool  = "true" / "True" / "TRUE" / "false" / "False" / "FALSE"
//   int   = [ "-" / "+" ] 1*digit / "0o" 1*octal / "0x" 1*hex
//   float = [ "-" / "+" ] ( "." 1*digit / 1*digit [ "." *digit ] ) [ e [ "-" / "+" ] 1*digit ]
//         / [ "-" / "+" ] ( ".inf" / ".Inf" / ".INF" ) / ".nan" / ".NaN" / ".NAN"

/// The core schema: the values of plain scalars.
enum YAMLScalar {
  /// Returns the value of a plain scalar, or nil for an integer that does not fit in 64 bits.
  static func resolve(_ text: String) -> LocatedValue.Kind? {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    case ".nan", ".NaN", ".NAN": return .number(text)
    default: break
    }
    let bytes = text.utf8.span
    let first = bytes[0]
    guard
      isDigit(first) || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ".")].contains(first)
    else { return .string(text) }
    if text.hasPrefix("0o"), bytes.count > 2, all(bytes, from: 2, isOctal) {
      return Int(text.dropFirst(2), radix: 8).map { .integer($0) }
    }
    if text.hasPrefix("0x"), bytes.count > 2, all(bytes, from: 2, isHexadecimal) {
      return Int(text.dropFirst(2), radix: 16).map { .integer($0) }
    }
    let digits = isDigit(first) || first == UInt8(ascii: ".") ? 0 : 1
    if digits < bytes.count, all(bytes, from: digits, isDigit) {
      return Int(text).map { .integer($0) }
    }
    return isFloat(bytes, from: digits) ? .number(text) : .string(text)
  }

  private static func isFloat(_ text: Span<UInt8>, from start: Int) -> Bool {
    var index = start
    func skipDigits() -> Int {
      let before = index
      while index < text.count, isDigit(text[index]) { index += 1 }
      return index - before
    }
    let whole = skipDigits()
    var fraction = 0
    if index < text.count, text[index] == UInt8(ascii: ".") {
      index += 1
      if whole == 0, text.count - index == 3 {
        let name = (index..<text.count).map { text[$0] }
        if ["inf", "Inf", "INF"].contains(where: { Array($0.utf8) == name }) { return true }
      }
      fraction = skipDigits()
    }
    guard whole + fraction > 0 else { return false }
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
        index += 1
      }
      guard skipDigits() > 0 else { return false }
    }
    return index == text.count
  }

  private static func all(
    _ text: Span<UInt8>,
    from start: Int,
    _ predicate: (UInt8) -> Bool
  ) -> Bool {
    for index in start..<text.count where !predicate(text[index]) { return false }
    return true
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  private static func isOctal(_ byte: UInt8) -> Bool { byte &- 0x30 < 8 }
  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- 0x61 < 6
  }
}
