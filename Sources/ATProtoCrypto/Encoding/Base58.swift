/// Base58 with the Bitcoin alphabet (`base58btc`), the `z` of multibase.
///
/// The conversion takes quadratic time, so decoding refuses long text; keys are 48 characters.
package enum Base58 {
  package static let maximumTextLength = 256

  private static let alphabet = [UInt8](
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8
  )

  /// The value of each ASCII byte, 255 where it is no digit.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 128)
    for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  package static func encode(_ bytes: [UInt8]) -> String {
    // Digits with the least significant first.
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
    // Each leading zero byte is one leading "1".
    let zeros = repeatElement(alphabet[0], count: bytes.prefix { $0 == 0 }.count)
    return String(decoding: zeros + digits.reversed().map { alphabet[Int($0)] }, as: UTF8.self)
  }

  package static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let source = text.utf8
    guard source.count <= maximumTextLength else { return nil }
    // Bytes with the least significant first.
    var bytes: [UInt8] = []
    for digit in source {
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
    let zeros = [UInt8](repeating: 0, count: source.prefix { $0 == alphabet[0] }.count)
    return zeros + bytes.reversed()
  }
}
