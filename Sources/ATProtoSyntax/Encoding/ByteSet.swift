/// A set of ASCII characters, stored as 128 bits.
struct ByteSet: Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  init(_ characters: StaticString) {
    characters.withUTF8Buffer { buffer in
      for byte in buffer {
        insert(byte)
      }
    }
  }

  /// The union of the set and `characters`.
  func with(_ characters: StaticString) -> ByteSet {
    let other = ByteSet(characters)
    var union = self
    union.low |= other.low
    union.high |= other.high
    return union
  }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    if byte < 64 {
      return (low >> UInt64(byte)) & 1 == 1
    }
    return byte < 128 && (high >> UInt64(byte & 63)) & 1 == 1
  }

  private mutating func insert(_ byte: UInt8) {
    if byte < 64 {
      low |= 1 << UInt64(byte)
    } else if byte < 128 {
      high |= 1 << UInt64(byte & 63)
    }
  }

  static let letters = ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  static let alphanumerics = letters.with("0123456789")

  /// RFC 3986, 2.3: `unreserved`.
  static let unreserved = alphanumerics.with("-._~")
  /// RFC 3986, 3.3: `pchar`; the percent sign stands for `pct-encoded`.
  static let pathCharacters = unreserved.with("!$&'()*+,;=:@%")
}

extension UInt8 {
  @inline(__always)
  var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

  @inline(__always)
  var isLowercase: Bool { self &- UInt8(ascii: "a") < 26 }

  @inline(__always)
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

  @inline(__always)
  var isAlphanumeric: Bool { isLetter || isDigit }

  @inline(__always)
  var lowercase: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }
}
