/// Hexadecimal text; reading accepts both cases.
package enum Hex {
  package enum LetterCase: Sendable {
    case lower, upper
  }

  /// The text of `bytes`, two digits each.
  package static func encode(_ bytes: [UInt8], _ letterCase: LetterCase = .lower) -> String {
    let text = [UInt8](capacity: bytes.count * 2) { text in
      for byte in bytes {
        text.append(digit(byte >> 4, letterCase))
        text.append(digit(byte & 15, letterCase))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of `text`, or nil if its length is odd or it has a character that is not a digit.
  package static func decode(_ text: String) -> [UInt8]? {
    let source = text.utf8
    guard source.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.count / 2)
    var high: UInt8?
    for byte in source {
      guard let value = byte.hexValue else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }

  /// The digit of a value below 16.
  package static func digit(_ value: UInt8, _ letterCase: LetterCase = .lower) -> UInt8 {
    if value < 10 { return value + UInt8(ascii: "0") }
    return value - 10 + (letterCase == .lower ? UInt8(ascii: "a") : UInt8(ascii: "A"))
  }
}

extension UInt8 {
  /// The value of a hexadecimal digit of either case, or nil if the byte is not one.
  package var hexValue: UInt8? {
    if isDigit { return self &- UInt8(ascii: "0") }
    let letter = (self | 0x20) &- UInt8(ascii: "a")
    return letter < 6 ? letter + 10 : nil
  }
}
