/// Media types and the patterns of a blob's `accept` (Lexicon specification, "blob").
///
///     type     = token "/" token
///     pattern  = "*/*" / token "/*" / type
///
/// Types are compared without regard to case (RFC 9110, 8.3.1).
enum MediaType {
  /// The longest type, by RFC 6838, 4.2: 127 characters on either side of the slash.
  private static let maximumLength = 255

  static func isPattern(_ text: String) -> Bool {
    guard let (type, subtype) = split(text) else { return false }
    if subtype == "*" { return type == "*" || isToken(type) }
    return isToken(type) && isToken(subtype)
  }

  /// The type in lowercase without parameters, or nil if `text` is not a media type.
  static func normalized(_ text: String) -> String? {
    var essence = text.prefix { $0 != ";" }
    while essence.last == " " || essence.last == "\t" { essence.removeLast() }
    guard let (type, subtype) = split(essence), isToken(type), isToken(subtype) else { return nil }
    return essence.lowercased()
  }

  /// Whether a pattern in lowercase accepts a normalized type.
  static func matches(_ pattern: String, _ type: String) -> Bool {
    if pattern == "*/*" || pattern == type { return true }
    return pattern.hasSuffix("/*") && type.utf8.starts(with: pattern.utf8.dropLast())
  }

  private static func split(_ text: some StringProtocol) -> (Substring, Substring)? {
    guard text.utf8.count <= maximumLength else { return nil }
    let parts = Substring(text).split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  /// RFC 9110, 5.6.2, without the asterisk, which is not part of a registered name.
  private static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$&'+-.^_`|~%".utf8.contains(byte)
        }
      }
  }
}
