extension CID {
  /// Reads the text of a CID: base32 in lower case with the multibase prefix `b`, or the 46
  /// characters of version 0 in base58btc.
  public init(_ string: String) throws(DataError) {
    guard let cid = CID(text: string) else {
      throw DataError(.malformedCID, at: 0, "'\(string.prefix(128))' is not a CID")
    }
    self = cid
  }

  init?(text: String) {
    let utf8 = text.utf8.span
    guard utf8.count > 1, utf8.count <= 1 + (Self.maximumSize * 8 + 4) / 5 else { return nil }
    if utf8.count == 46 && utf8[0] == UInt8(ascii: "Q") {
      guard let bytes = Base58.decode(text, count: 34) else { return nil }
      self.init(bytes.span.raw, 0, 34)
      return
    }
    guard utf8[0] == UInt8(ascii: "b") else { return nil }
    var bytes = InlineArray<104, UInt8>(repeating: 0)
    let size = Base32.decode(utf8.raw, from: 1, into: &bytes)
    if size < 0 { return nil }
    self.init(bytes.span.raw, 0, size)
  }

  /// The text: base32 with its multibase prefix, base58btc for version 0.
  public var string: String {
    var output = OutputBytes(capacity: 80)
    appendText(to: &output)
    return output.text()
  }

  func appendText(to output: inout OutputBytes) {
    if !isBlessed && version == 0 {
      output.append(Base58.encode(bytes).span.raw)
      return
    }
    var binary = OutputBytes(capacity: 48)
    appendBytes(to: &binary)
    output.reserve(16 + binary.count * 8 / 5)
    output.put(UInt8(ascii: "b"))
    Base32.append(binary.bytes, to: &output)
  }
}

extension CID: CustomStringConvertible {
  public var description: String { string }
}

/// Base58 with Bitcoin's alphabet, which CIDs of version 0 are written in.
enum Base58 {
  private static let alphabet = Array(
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8
  )

  /// The bytes of `text`, which must be `count`.
  static func decode(_ text: String, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    for character in text.utf8 {
      guard let value = alphabet.firstIndex(of: character) else { return nil }
      var carry = value
      for index in bytes.indices.reversed() {
        carry += Int(bytes[index]) * 58
        bytes[index] = UInt8(truncatingIfNeeded: carry)
        carry >>= 8
      }
      if carry != 0 { return nil }
    }
    return encode(bytes) == Array(text.utf8) ? bytes : nil
  }

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var digits: [Int] = []
    for byte in bytes {
      var carry = Int(byte)
      for index in digits.indices {
        carry += digits[index] << 8
        digits[index] = carry % 58
        carry /= 58
      }
      while carry > 0 {
        digits.append(carry % 58)
        carry /= 58
      }
    }
    let zeros = bytes.prefix { $0 == 0 }.map { _ in alphabet[0] }
    return zeros + digits.reversed().map { alphabet[$0] }
  }
}
