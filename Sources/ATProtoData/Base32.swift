/// Base32 in lower case without padding (RFC 4648, 6), as CIDs have it; five bytes, which are eight
/// characters, at once.
enum Base32 {
  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// Needs room for eight bytes more than it appends.
  static func append(_ bytes: RawSpan, to output: inout OutputBytes) {
    var index = 0
    while index < bytes.byteCount {
      let count = min(5, bytes.byteCount - index)
      let group = bytes.paddedWord(index).byteSwapped >> 24
      // What is behind the end belongs to no character but as zeros.
      let kept = group & (.max << UInt64(40 - 8 * count))
      output.put(word: characters(spread(kept)), used: (count * 8 + 4) / 5)
      index += count
    }
  }

  /// The number of bytes in the characters from `start` on; -1 where they are no base32.
  static func decode(
    _ text: RawSpan,
    from start: Int,
    into bytes: inout InlineArray<104, UInt8>
  ) -> Int {
    var index = start
    var size = 0
    while index < text.byteCount {
      let count = min(8, text.byteCount - index)
      // As if `a`, which is zero, came behind the end.
      let behind = count == 8 ? 0 : UInt64.max << UInt64(count * 8)
      let word = text.paddedWord(index) & ~behind | 0x6161_6161_6161_6161 & behind
      guard let values = values(word) else { return -1 }
      let group = gather(values)
      let whole = count * 5 / 8
      // Bits that belong to no byte must be zero and fewer than a character's.
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

  /// Forty bits as eight numbers, the highest bits in the lowest byte.
  @inline(__always)
  private static func spread(_ group: UInt64) -> UInt64 {
    let halves = group >> 20 | (group & 0xF_FFFF) << 32
    let quarters = halves >> 10 & 0x3FF_0000_03FF | (halves & 0x3FF_0000_03FF) << 16
    return quarters >> 5 & 0x1F_001F_001F_001F | (quarters & 0x1F_001F_001F_001F) << 8
  }

  @inline(__always)
  private static func gather(_ values: UInt64) -> UInt64 {
    let quarters = (values & 0x1F_001F_001F_001F) << 5 | values >> 8 & 0x1F_001F_001F_001F
    let halves = (quarters & 0x3FF_0000_03FF) << 10 | quarters >> 16 & 0x3FF_0000_03FF
    return (halves & 0xF_FFFF) << 20 | halves >> 32
  }

  /// 0...25 are letters, 26...31 the digits from 2 on.
  @inline(__always)
  private static func characters(_ values: UInt64) -> UInt64 {
    let isDigit = (values &+ ones &* 102) >> 7 & ones
    return values &+ ones &* 97 &- isDigit &* 73
  }

  @inline(__always)
  private static func values(_ characters: UInt64) -> UInt64? {
    guard characters & (ones &* 0x80) == 0 else { return nil }
    // Letters have the bit 0x40, digits do not.
    let isDigit = ~characters >> 6 & ones
    let values = characters &- ones &* 97 &+ isDigit &* 73
    // A value beyond 31, or a borrow, shows when the characters are made again.
    guard values & (ones &* 0xE0) == 0, Self.characters(values) == characters else { return nil }
    return values
  }
}
