import ATProtoSyntax

extension CID {
  /// Reads the text of a CID.
  ///
  /// The text is base32 in lowercase with the multibase prefix `b`, or the 46 characters of version
  /// 0 in base58btc. Throws ``DataError/Code/malformedCID``.
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
      guard let bytes = Base58.decode(text), bytes.count == 34 else { return nil }
      self.init(bytes.span.raw, 0, 34)
      return
    }
    guard utf8[0] == UInt8(ascii: "b") else { return nil }
    var bytes = InlineArray<104, UInt8>(repeating: 0)
    let size = Self.decodeBase32(utf8.raw, from: 1, into: &bytes)
    if size < 0 { return nil }
    self.init(bytes.span.raw, 0, size)
  }

  /// The text: base32 with its multibase prefix, or base58btc for version 0.
  public var string: String {
    var output = OutputBytes(capacity: 80)
    appendText(to: &output)
    return output.text()
  }

  func appendText(to output: inout OutputBytes) {
    if !isBlessed && version == 0 {
      output.append(Base58.encode(bytes).utf8.span.raw)
      return
    }
    var binary = OutputBytes(capacity: 48)
    appendBytes(to: &binary)
    output.reserve(16 + binary.count * 8 / 5)
    output.put(UInt8(ascii: "b"))
    output.appendBase32(binary.bytes)
  }
}

extension CID: CustomStringConvertible {
  /// The text of the CID.
  public var description: String { string }
}

extension CID {
  /// The number of bytes in the base32 text from `start` on, or -1 if it is not base32.
  static func decodeBase32(
    _ text: RawSpan,
    from start: Int,
    into bytes: inout InlineArray<104, UInt8>
  ) -> Int {
    var index = start
    var size = 0
    while index < text.byteCount {
      let count = min(8, text.byteCount - index)
      // Treats `a`, which is zero, as the characters after the end.
      let behind = count == 8 ? 0 : UInt64.max << UInt64(count * 8)
      let word = text.paddedWord(index) & ~behind | 0x6161_6161_6161_6161 & behind
      guard let group = Base32.group(ofCharacters: word) else { return -1 }
      let whole = count * 5 / 8
      // Bits that do not belong to a byte must be zero, and fewer than a character has.
      guard count * 5 - whole * 8 < 5, group & (.max >> UInt64(24 + whole * 8)) == 0 else {
        return -1
      }
      for byte in 0..<whole {
        bytes[size] = UInt8(truncatingIfNeeded: group >> UInt64(32 - 8 * byte))
        size += 1
      }
      index += count
    }
    return size
  }
}

extension OutputBytes {
  /// Needs space for eight bytes more than it appends.
  mutating func appendBase32(_ bytes: RawSpan) {
    var index = 0
    while index < bytes.byteCount {
      let count = min(5, bytes.byteCount - index)
      let group = bytes.paddedWord(index).byteSwapped >> 24
      // Bytes after the end count as zeros.
      let kept = group & (.max << UInt64(40 - 8 * count))
      put(word: Base32.characters(ofGroup: kept), used: (count * 8 + 4) / 5)
      index += count
    }
  }
}
