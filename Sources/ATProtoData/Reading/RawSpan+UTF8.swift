// UTF8-octets = *( UTF8-char )                                            RFC 3629, section 4
// UTF8-1      = %x00-7F
// UTF8-2      = %xC2-DF UTF8-tail
// UTF8-3      = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) /
//               %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
// UTF8-4      = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) /
//               %xF4 %x80-8F 2( UTF8-tail )
//
// Strings are most of the decoded data; the standard library's check of strings that are not ASCII
// took a tenth of the time of decoding posts.

private let high: UInt64 = 0x8080_8080_8080_8080

/// A byte, repeated sixteen times.
private enum Bytes16 {
  static var low: SIMD16<UInt8> { .init(repeating: 0x7F) }
  static var four: SIMD16<UInt8> { .init(repeating: 0x1E) }
  // Adding this takes that byte, and no smaller one, past FF.
  static var pastC0: SIMD16<UInt8> { .init(repeating: 0x40) }
  static var pastE0: SIMD16<UInt8> { .init(repeating: 0x20) }
  static var pastED: SIMD16<UInt8> { .init(repeating: 0x13) }
  static var pastF0: SIMD16<UInt8> { .init(repeating: 0x10) }
}

extension RawSpan {
  @inline(__always)
  func isASCII(_ start: Int, _ end: Int) -> Bool {
    let count = end &- start
    if count < 8 {
      let bits = UInt64(truncatingIfNeeded: count) &* 8
      return paddedWord(start) & high & ((1 &<< bits) &- 1) == 0
    }
    // The last bytes first, then the bytes before them, in steps that may overlap.
    if count < 16 { return (word(start) | word(end &- 8)) & high == 0 }
    if count <= 64 {
      // Four blocks that overlap if necessary, because their number is hard to predict.
      let last = end &- 16
      let seen =
        bytes16(start) | bytes16(Swift.min(start &+ 16, last))
        | bytes16(Swift.min(start &+ 32, last)) | bytes16(last)
      return !seen.hasHighBits
    }
    var seen = block64(end &- 64)
    var index = start
    while index &+ 64 < end {
      seen |= block64(index)
      index &+= 64
    }
    return !seen.hasHighBits
  }

  /// The bits of sixty-four bytes, sixteen by sixteen.
  @inline(__always)
  private func block64(_ index: Int) -> SIMD16<UInt8> {
    (bytes16(index) | bytes16(index &+ 16)) | (bytes16(index &+ 32) | bytes16(index &+ 48))
  }

  /// Whether a range that begins at a character boundary is UTF-8.
  func isUTF8(_ start: Int, _ end: Int) -> Bool {
    guard end &- start >= 32 else { return passUTF8(start, end, upTo: end) == end }
    // A block is checked together with the three bytes before it, which may need bytes of it.
    var index = passUTF8(start, end, upTo: start &+ 3)
    if index < 0 { return false }
    // The last block may overlap the previous one. A lead byte in it must not need bytes after it.
    let last = end &- 16
    if byte(end &- 1) >= 0xC0 || byte(end &- 2) >= 0xE0 || byte(end &- 3) >= 0xF0 {
      return false
    }
    while true {
      let block = bytes16(index)
      let one = bytes16(index &- 1)
      let two = bytes16(index &- 2)
      let three = bytes16(index &- 3)
      // The result is in the highest bit of each byte; other bits do not matter. Bytes of 80 and
      // above lose that bit if the sum exceeds FF: C0 and above lead at least two bytes, E0 three,
      // and F0 four; the remaining bytes of 80 and above are UTF8-tails.
      let short = block &+ Bytes16.pastC0
      let leads =
        (one & ~(one &+ Bytes16.pastC0)) | (two & ~(two &+ Bytes16.pastE0))
        | (three & ~(three &+ Bytes16.pastF0))
      let wrong = leads ^ (block & short)
      // Lead bytes with further restrictions: ED and above, and C0, C1, and E0 (and E1), in which
      // four particular bits are zero.
      let few = ~((block & Bytes16.four) &+ Bytes16.low)
      let special = block & ~short & (few | ~(block &+ Bytes16.pastED))
      if (wrong | special).hasHighBits
        && (wrong.hasHighBits || !areAllowed(special.highBits, index))
      {
        return false
      }
      if index == last { return true }
      index = Swift.min(index &+ 16, last)
    }
  }

  /// Whether the marked lead bytes in a block allow the bytes after them.
  @inline(never)
  private func areAllowed(_ marks: (UInt64, UInt64), _ index: Int) -> Bool {
    areAllowed(marks.0, index) && areAllowed(marks.1, index &+ 8)
  }

  @inline(__always)
  private func areAllowed(_ marks: UInt64, _ index: Int) -> Bool {
    var marks = marks
    while marks != 0 {
      let lead = index &+ marks.trailingZeroBitCount &>> 3
      marks &= marks &- 1
      // A range does not end with a lead byte.
      let second = byte(lead &+ 1)
      switch byte(lead) {
      case 0xC0, 0xC1, 0xF5...: return false
      case 0xE0 where second < 0xA0, 0xED where second > 0x9F: return false
      case 0xF0 where second < 0x90, 0xF4 where second > 0x8F: return false
      default: break
      }
    }
    return true
  }

  /// Passes whole characters up to `limit` or beyond. Returns the index after the last one, or -1
  /// if there is an invalid character or the last one ends after `end`.
  private func passUTF8(_ start: Int, _ end: Int, upTo limit: Int) -> Int {
    var index = start
    while index < limit {
      let word = paddedWord(index)
      let lead = UInt8(truncatingIfNeeded: word)
      if lead < 0x80 {
        // Text rarely changes between scripts, so skip as many ASCII bytes as there are.
        let wide = word & high
        let count = wide == 0 ? 8 : wide.trailingZeroBitCount &>> 3
        index = Swift.min(index &+ count, end)
        continue
      }
      let second = UInt8(truncatingIfNeeded: word &>> 8)
      if word & 0xC0_C0F0 == 0x80_80E0 {
        if lead == 0xE0 && second < 0xA0 || lead == 0xED && second > 0x9F { return -1 }
        index &+= 3
      } else if word & 0xC0E0 == 0x80C0 {
        if lead < 0xC2 { return -1 }
        index &+= 2
      } else if word & 0xC0C0_C0F8 == 0x8080_80F0 {
        if lead == 0xF0 && second < 0x90 || lead > 0xF4 || lead == 0xF4 && second > 0x8F {
          return -1
        }
        index &+= 4
      } else {
        return -1
      }
      // A character that ends after the range has used bytes outside it.
      if index > end { return -1 }
    }
    return index
  }
}
