/// Base64 (RFC 4648, 4 and 5) without padding.
///
/// Decoding is strict: no padding, no white space, and the bits after the last byte are zero, so
/// that a value has one text only.
package struct Base64: Sendable {
  /// Standard alphabet, as password hash strings use it.
  package static let standard = Base64("+", "/")
  /// URL-safe alphabet, as JWT uses it (RFC 7515, 2).
  package static let url = Base64("-", "_")

  private let alphabet: [UInt8]
  /// The value of each byte, 255 where it is no digit.
  private let values: [UInt8]

  private init(_ first: Unicode.Scalar, _ second: Unicode.Scalar) {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    alphabet = [UInt8](letters.utf8) + [UInt8(ascii: first), UInt8(ascii: second)]
    var values = [UInt8](repeating: 255, count: 256)
    for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
    self.values = values
  }

  package func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 4 + 2) / 3)
    var index = 0
    while index < bytes.count {
      let left = bytes.count - index
      let group =
        UInt32(bytes[index]) << 16
        | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
        | (left > 2 ? UInt32(bytes[index + 2]) : 0)
      for position in 0...min(left, 3) {
        text.append(alphabet[Int(group >> UInt32(18 - 6 * position) & 63)])
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  package func decode(_ text: some StringProtocol) -> [UInt8]? {
    let source = text.utf8
    guard source.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.count * 3 / 4)
    var buffer: UInt32 = 0
    var bitCount = 0
    for digit in source {
      let value = values[Int(digit)]
      guard value != 255 else { return nil }
      buffer = buffer << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bitCount)))
      }
    }
    guard buffer & (1 << UInt32(bitCount) - 1) == 0 else { return nil }
    return bytes
  }
}
