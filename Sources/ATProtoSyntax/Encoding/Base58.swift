/// Base58 with the Bitcoin alphabet (`base58btc`), the multibase prefix `z`.
///
/// Each value has exactly one text. The conversion takes quadratic time, so decoding rejects text
/// longer than ``maximumTextLength``; keys have 48 characters.
package enum Base58 {
  /// The longest text that ``decode(_:)`` accepts, in bytes.
  package static let maximumTextLength = 256

  private static let alphabet = [UInt8](
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8
  )

  /// The value of each ASCII byte, or 255 if it is not in the alphabet.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 128)
    for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// The text of `bytes`.
  package static func encode(_ bytes: [UInt8]) -> String {
    // Digits, least significant first.
    var digits: [UInt8] = []
    for byte in bytes {
      var carry = Int(byte)
      for index in digits.indices {
        carry += Int(digits[index]) << 8
        digits[index] = UInt8(carry % 58)
        carry /= 58
      }
      while carry > 0 {
        digits.append(UInt8(carry % 58))
        carry /= 58
      }
    }
    // Each leading zero byte becomes one leading "1".
    let zeros = repeatElement(alphabet[0], count: bytes.prefix { $0 == 0 }.count)
    return String(decoding: zeros + digits.reversed().map { alphabet[Int($0)] }, as: UTF8.self)
  }

  /// The bytes of `text`, or nil if it is too long or has a character outside the alphabet.
  package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8.span) }

  /// The bytes of `text`, or nil if it is too long or has a character outside the alphabet.
  package static func decode(_ text: Substring) -> [UInt8]? { decode(text.utf8.span) }

  private static func decode(_ text: Span<UInt8>) -> [UInt8]? {
    guard text.count <= maximumTextLength else { return nil }
    // Bytes, least significant first.
    var bytes: [UInt8] = []
    var zeroCount = 0
    for index in text.indices {
      let digit = text[index]
      if zeroCount == index, digit == alphabet[0] { zeroCount += 1 }
      guard digit < 128, values[Int(digit)] != 255 else { return nil }
      var carry = Int(values[Int(digit)])
      for index in bytes.indices {
        carry += Int(bytes[index]) * 58
        bytes[index] = UInt8(carry & 255)
        carry >>= 8
      }
      while carry > 0 {
        bytes.append(UInt8(carry & 255))
        carry >>= 8
      }
    }
    return [UInt8](repeating: 0, count: zeroCount) + bytes.reversed()
  }
}
