// UTF8-octets = *( UTF8-char )                                            RFC 3629, section 4
// UTF8-1      = %x00-7F
// UTF8-2      = %xC2-DF UTF8-tail
// UTF8-3      = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) /
//               %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
// UTF8-4      = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) /
//               %xF4 %x80-8F 2( UTF8-tail )
//
// Strings are most of what is decoded; the standard library's check of texts that are not ASCII
// took a tenth of the time of decoding posts.

private let high: UInt64 = 0x8080_8080_8080_8080

extension RawSpan {
  @inline(__always)
  func isASCII(_ start: Int, _ end: Int) -> Bool {
    if end - start < 8 {
      return paddedWord(start) & high & ((1 &<< UInt64((end - start) * 8)) &- 1) == 0
    }
    var index = start
    // The last eight bytes first; what is before them in steps that may overlap them.
    var seen = word(end - 8)
    while index + 16 < end {
      seen |= word(index) | word(index + 8)
      if seen & high != 0 { return false }
      index += 16
    }
    if index + 8 < end { seen |= word(index) }
    return seen & high == 0
  }

  /// The index of the first byte of a range that is not ASCII, or of the range's end.
  @inline(__always)
  func firstNonASCII(_ start: Int, _ end: Int) -> Int {
    var index = start
    while index + 16 <= end && (word(index) | word(index + 8)) & high == 0 { index += 16 }
    while index + 8 <= end {
      let wide = word(index) & high
      if wide != 0 { return index + wide.trailingZeroBitCount >> 3 }
      index += 8
    }
    if index == end { return end }
    let rest = UInt64(truncatingIfNeeded: end - index) &* 8
    let wide = paddedWord(index) & high & ((1 &<< rest) &- 1)
    return wide == 0 ? end : index + wide.trailingZeroBitCount >> 3
  }

  /// Whether a range, beginning at a character's boundary, is UTF-8.
  func isUTF8(_ start: Int, _ end: Int) -> Bool {
    var index = start
    while index < end {
      let word = paddedWord(index)
      let lead = UInt8(truncatingIfNeeded: word)
      if lead < 0x80 {
        // Texts change between scripts rarely: take as many ASCII bytes as there are.
        let wide = word & high
        index += wide == 0 ? 8 : wide.trailingZeroBitCount >> 3
        continue
      }
      // Two characters of three bytes, as in texts of East Asia, but for the two leads that
      // restrict their second byte.
      if word & 0xC0_C0F0_C0C0_F0 == 0x80_80E0_8080_E0, index + 6 <= end {
        let next = UInt8(truncatingIfNeeded: word >> 24)
        if lead != 0xE0 && lead != 0xED && next != 0xE0 && next != 0xED {
          index += 6
          continue
        }
      }
      let second = UInt8(truncatingIfNeeded: word >> 8)
      if word & 0xC0_C0F0 == 0x80_80E0 {
        if lead == 0xE0 && second < 0xA0 || lead == 0xED && second > 0x9F { return false }
        index += 3
      } else if word & 0xC0E0 == 0x80C0 {
        if lead < 0xC2 { return false }
        index += 2
      } else if word & 0xC0C0_C0F8 == 0x8080_80F0 {
        if lead == 0xF0 && second < 0x90 || lead > 0xF4 || lead == 0xF4 && second > 0x8F {
          return false
        }
        index += 4
      } else {
        return false
      }
      // A character that ends behind the range took bytes that are not its own.
      if index > end { return false }
    }
    return true
  }
}
