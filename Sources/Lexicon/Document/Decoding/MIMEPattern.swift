// RFC 9110, section 8.3.1, and the patterns of the Lexicon specification ("blob"):
//
//   pattern   = type "/" subtype *( OWS ";" parameter )
//   type      = token / "*"                        ; "*" only before "/*"
//   subtype   = token / "*"
//   token     = 1*( alnum / "!#$%&'+-.^_`|~" )      ; RFC 9110 also allows "*"

/// A MIME type, `image/*` or `*/*`.
struct MIMEPattern {
  var hasParameters: Bool

  init?(_ text: String) {
    let bytes = text.utf8.span
    var end = 0
    while end < bytes.count, bytes[end] != UInt8(ascii: ";") { end += 1 }
    hasParameters = end < bytes.count
    if hasParameters, !Self.isText(bytes, end..<bytes.count) { return nil }
    while hasParameters, end > 0, bytes[end - 1] == 0x20 { end -= 1 }
    var slash = 0
    while slash < end, bytes[slash] != UInt8(ascii: "/") { slash += 1 }
    guard slash < end else { return nil }
    let isAny = Self.isWildcard(bytes, slash + 1..<end)
    guard isAny || Self.isToken(bytes, slash + 1..<end) else { return nil }
    guard Self.isToken(bytes, 0..<slash) || isAny && Self.isWildcard(bytes, 0..<slash) else {
      return nil
    }
  }

  /// Whether a body with this encoding may be JSON.
  static func isJSON(_ text: String) -> Bool {
    let text = (text.split(separator: ";").first.map { String($0) } ?? "").lowercased()
    let type = text.drop { $0 == " " }
    return type.hasPrefix("application/json") || type.contains("+json") || type.contains("*")
  }

  private static func isWildcard(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.count == 1 && text[range.lowerBound] == UInt8(ascii: "*")
  }

  private static func isToken(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range {
      switch text[index] {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: continue
      case 0x21, 0x23...0x27, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: continue
      default: return false
      }
    }
    return !range.isEmpty
  }

  private static func isText(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where !(0x20..<0x7F).contains(text[index]) { return false }
    return true
  }
}
