/// RFC 3986, 2.1: `pct-encoded = "%" HEXDIG HEXDIG`.
enum PercentEncoding {
  /// Checks that two hexadecimal digits follow the percent sign at `index`.
  static func check(_ text: Span<UInt8>, at index: Int) throws(Fault) {
    guard index + 2 < text.count, text[index + 1].hexValue != nil,
      text[index + 2].hexValue != nil
    else {
      throw Fault(.percentEncoding, at: index, "no two hexadecimal digits follow '%'")
    }
  }

  /// RFC 3986, 6.2.2: decodes what needs no encoding and writes other digits in upper case. The
  /// text's encoding is well-formed.
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
        result.append(digit(high))
        result.append(digit(low))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "A")
  }
}
