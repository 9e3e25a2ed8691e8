import Mustache

/// Escapes text for the places of a page where it appears.
///
/// By bytes: a combining mark after `"`, or a letter of the class Prepend before `<`, makes one
/// `Character` that equals neither, while a browser sees the quotation mark and the bracket.
package enum PageText {
  /// Text between tags and in quoted attributes.
  package static func html(_ text: String) -> String {
    replacing(text) { byte in
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
    replacing(json) { $0 == UInt8(ascii: "<") ? "\\u003c" : nil }
  }

  private static func replacing(
    _ text: String,
    _ replacement: (UInt8) -> StaticString?
  ) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      if let replacement = replacement(byte) {
        replacement.withUTF8Buffer { bytes += $0 }
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// HTML for swift-mustache, whose own escape compares characters.
struct PageContentType: MustacheContentType {
  /// The name by which templates refer to it.
  static let name = "PAGE"
  /// The first line of a template that has this type. Rendering leaves it out.
  static let line = "{{% CONTENT_TYPE:\(name)}}\n"

  func escapeText(_ text: String) -> String { PageText.html(text) }
}
