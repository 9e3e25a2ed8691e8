import ATProtoSyntax

/// Decides which strings are links.
enum LinkText {
  /// Whether a string is an AT-URI, a DID, or a URI with `//` after its scheme.
  static func isLink(_ text: String) -> Bool {
    switch candidate(text.utf8Span.span) {
    case .did: (try? DID(text)) != nil
    // AT-URIs too, in the full syntax. The restricted syntax allows DIDs with a stray `%`.
    case .uri: (try? URIString(text)) != nil || (try? ATURI(text)) != nil
    case nil: false
    }
  }

  private enum Candidate {
    case did
    case uri
  }

  /// What a string may be according to its beginning. Most strings are text, and are decided here.
  private static func candidate(_ text: Span<UInt8>) -> Candidate? {
    var index = 0
    // Schemes have letters, digits, and these signs.
    while index < text.count, isScheme(text[index]) { index += 1 }
    guard index > 0, index + 2 < text.count, text[index] == UInt8(ascii: ":") else { return nil }
    if text[index + 1] == UInt8(ascii: "/"), text[index + 2] == UInt8(ascii: "/") { return .uri }
    let isDID =
      index == 3 && text[0] == UInt8(ascii: "d") && text[1] == UInt8(ascii: "i")
      && text[2] == UInt8(ascii: "d")
    return isDID ? .did : nil
  }

  private static func isScheme(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }
}
