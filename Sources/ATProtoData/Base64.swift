/// Base64 after RFC 4648, section 4, as the data model uses it: padding is optional on input and
/// not written.
enum Base64 {
  private static let alphabet: [UInt8] = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )

  /// The value of each character, or 0xFF.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  static func decode(_ text: String) -> [UInt8]? {
    let utf8 = text.utf8.span
    var count = utf8.count
    if count % 4 == 0 {
      // Padding completes the last group of four.
      if count > 0, utf8[count - 1] == UInt8(ascii: "=") { count -= 1 }
      if count > 0, count % 4 == 3, utf8[count - 1] == UInt8(ascii: "=") { count -= 1 }
    }
    guard count % 4 != 1 else { return nil }
    let values = Self.values
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count / 4 * 3 + 2)
    var group: UInt32 = 0
    var bits = 0
    for index in 0..<count {
      let value = values[Int(utf8[index])]
      if value == 0xFF { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits == 24 {
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        bytes.append(UInt8(truncatingIfNeeded: group >> 8))
        bytes.append(UInt8(truncatingIfNeeded: group))
        group = 0
        bits = 0
      }
    }
    // Bits that belong to no byte are dropped. RFC 4648, 3.5, leaves it to decoders whether they
    // refuse those that are not zero; the protocol's vectors have a valid record with such bytes.
    if bits == 12 {
      bytes.append(UInt8(truncatingIfNeeded: group >> 4))
    } else if bits == 18 {
      bytes.append(UInt8(truncatingIfNeeded: group >> 10))
      bytes.append(UInt8(truncatingIfNeeded: group >> 2))
    }
    return bytes
  }

  fileprivate static func character(_ value: UInt32) -> UInt8 {
    alphabet[Int(value & 63)]
  }
}

extension OutputBytes {
  mutating func appendBase64(_ bytes: RawSpan) {
    reserve(bytes.byteCount / 3 * 4 + 4)
    var index = 0
    while index + 3 <= bytes.byteCount {
      let group =
        UInt32(bytes.byte(index)) << 16 | UInt32(bytes.byte(index + 1)) << 8
        | UInt32(bytes.byte(index + 2))
      put(Base64.character(group >> 18))
      put(Base64.character(group >> 12))
      put(Base64.character(group >> 6))
      put(Base64.character(group))
      index += 3
    }
    switch bytes.byteCount - index {
    case 1:
      let group = UInt32(bytes.byte(index)) << 4
      put(Base64.character(group >> 6))
      put(Base64.character(group))
    case 2:
      let group = UInt32(bytes.byte(index)) << 10 | UInt32(bytes.byte(index + 1)) << 2
      put(Base64.character(group >> 12))
      put(Base64.character(group >> 6))
      put(Base64.character(group))
    default: break
    }
  }
}
