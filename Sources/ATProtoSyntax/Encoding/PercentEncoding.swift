/// Percent-encoding (RFC 3986, 2.1): `pct-encoded = "%" HEXDIG HEXDIG`.
package enum PercentEncoding {
  /// Appends `text` to `bytes`, with all characters except the unreserved ones (RFC 3986, 2.3)
  /// percent-encoded in uppercase.
  package static func append(_ text: String, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      if ByteSet.unreserved.contains(byte) {
        bytes.append(byte)
      } else {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(Hex.digit(byte >> 4, .upper))
        bytes.append(Hex.digit(byte & 15, .upper))
      }
    }
  }

  /// The bytes of a name or value in `application/x-www-form-urlencoded`, where `+` stands for a
  /// space, or nil if a `%` is not followed by two hexadecimal digits.
  package static func decodeForm(_ text: Substring.UTF8View) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "+"):
        bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.next()?.hexValue, let low = rest.next()?.hexValue else { return nil }
        bytes.append(high << 4 | low)
      default:
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// Checks that two hexadecimal digits follow the percent sign at `index`.
  static func check(_ text: Span<UInt8>, at index: Int) throws(Fault) {
    guard index + 2 < text.count, text[index + 1].hexValue != nil,
      text[index + 2].hexValue != nil
    else {
      throw Fault(.percentEncoding, at: index, "'%' must be followed by two hexadecimal digits")
    }
  }

  /// Decodes characters that do not need encoding and writes the hexadecimal digits of the others
  /// in uppercase (RFC 3986, 6.2.2).
  ///
  /// - Precondition: the percent-encoding of `text` is well formed.
  static func normalized(_ text: some StringProtocol, decoding plain: ByteSet) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    var bytes = text.utf8.makeIterator()
    while let byte = bytes.next() {
      guard byte == UInt8(ascii: "%"),
        let high = bytes.next()?.hexValue, let low = bytes.next()?.hexValue
      else {
        result.append(byte)
        continue
      }
      let value = high << 4 | low
      if plain.contains(value) {
        result.append(value)
      } else {
        result.append(UInt8(ascii: "%"))
        result.append(Hex.digit(high, .upper))
        result.append(Hex.digit(low, .upper))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
