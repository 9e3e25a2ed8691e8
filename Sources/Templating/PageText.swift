/// Escapes text for the places of a page where it appears.
///
/// By bytes: a combining mark after `"`, or a letter of the class Prepend before `<`, makes one
/// `Character` that equals neither, while a browser sees the quotation mark and the bracket.
package enum PageText {
  /// Text between tags and in quoted attributes.
  package static func html(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends text as ``html(_:)`` escapes it.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    append(text, to: &bytes) { byte in
      switch byte {
      case UInt8(ascii: "<"): "&lt;"
      case UInt8(ascii: ">"): "&gt;"
      case UInt8(ascii: "&"): "&amp;"
      case UInt8(ascii: "\""): "&quot;"
      case UInt8(ascii: "'"): "&#39;"
      default: nil
      }
    }
  }

  /// JSON within a `script` element, which `</script>` or `<!--` in a string would end.
  package static func script(json: String) -> String {
    var bytes: [UInt8] = []
    append(json, to: &bytes) { $0 == UInt8(ascii: "<") ? "\\u003c" : nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(
    _ text: String,
    to bytes: inout [UInt8],
    _ replacement: (UInt8) -> StaticString?
  ) {
    for byte in text.utf8 {
      if let replacement = replacement(byte) {
        replacement.withUTF8Buffer { bytes += $0 }
      } else {
        bytes.append(byte)
      }
    }
  }
}
