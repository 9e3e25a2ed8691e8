extension RawSpan {
  /// Returns the index of the first quote, backslash, or control character from `start` on, or the
  /// end, and whether all bytes before it are ASCII.
  ///
  /// Uses arithmetic on words, and on two words in one register: comparisons of the standard
  /// library's vectors are not single instructions (Swift 6.3), and ran at a fifth of the speed.
  @inline(__always)
  func scanJSONText(_ start: Int) -> (end: Int, isASCII: Bool) {
    var index = start
    var pairs = SIMD2<UInt64>()
    while index + 16 <= byteCount {
      let pair = pair(index)
      if pair.jsonSpecials.isHit { break }
      pairs |= pair
      index += 16
    }
    var seen = pairs.x | pairs.y
    while index + 8 <= byteCount {
      let word = word(index)
      let hits = word.jsonSpecials
      if hits != 0 {
        let bit = UInt64(truncatingIfNeeded: hits.trailingZeroBitCount)
        seen |= word & ((1 &<< (bit & 0x38)) &- 1)
        return (index + Int(bit >> 3), seen & highBits == 0)
      }
      seen |= word
      index += 8
    }
    return scanJSONTail(index, seen)
  }

  @inline(__always)
  private func scanJSONTail(_ start: Int, _ seen: UInt64) -> (end: Int, isASCII: Bool) {
    if start >= byteCount { return (start, seen & highBits == 0) }
    let rest = UInt64(truncatingIfNeeded: byteCount - start) &* 8
    let word = byteCount >= 8 ? word(byteCount - 8) >> (64 &- rest) : paddedWord(start)
    // Bytes after the end read as zeros, which are control characters.
    let hits = word.jsonSpecials | 0x80 &<< rest
    let bit = UInt64(truncatingIfNeeded: hits.trailingZeroBitCount)
    let high = seen | word & ((1 &<< (bit & 0x38)) &- 1)
    return (start + Int(bit >> 3), high & highBits == 0)
  }
}

private let highBits: UInt64 = 0x8080_8080_8080_8080
private let ones: UInt64 = 0x0101_0101_0101_0101

extension SIMD2<UInt64> {
  /// Marks, for ``isHit``, that show whether one of sixteen bytes ends or interrupts a string.
  @inline(__always)
  var jsonSpecials: Self {
    let ones = SIMD2(repeating: ones)
    let quote = (self ^ SIMD2(repeating: 0x2222_2222_2222_2222)) &- ones
    let backslash = (self ^ SIMD2(repeating: 0x5C5C_5C5C_5C5C_5C5C)) &- ones
    let control = self &- SIMD2(repeating: 0x2020_2020_2020_2020)
    return (quote | backslash | control) & ~self
  }

  @inline(__always)
  var isHit: Bool { (x | y) & highBits != 0 }
}

extension UInt64 {
  /// The high bits of the bytes, of eight, that end or interrupt a string. The borrow of the
  /// subtractions cannot mark a byte below the first true one, so the lowest mark is right.
  @inline(__always)
  var jsonSpecials: UInt64 {
    let quote = (self ^ 0x2222_2222_2222_2222) &- ones
    let backslash = (self ^ 0x5C5C_5C5C_5C5C_5C5C) &- ones
    let control = self &- 0x2020_2020_2020_2020
    return (quote | backslash | control) & ~self & highBits
  }

  /// The index of the first quote among eight bytes, or 8.
  @inline(__always)
  var firstQuote: Int {
    let difference = self ^ 0x2222_2222_2222_2222
    let hits = (difference &- ones) & ~difference & highBits
    return hits.trailingZeroBitCount >> 3
  }
}
