import ATProtoSyntax

extension OutputBytes {
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    put(byte)
  }

  /// Up to eight characters, the first in the lowest bits.
  @inline(__always)
  mutating func append(literal word: UInt64, _ count: Int) {
    reserve(8)
    put(word: word, used: count)
  }

  // MARK: DAG-CBOR

  /// Writes an item's header in its shortest form. Needs space for nine bytes.
  @inline(__always)
  mutating func putHead(major: UInt8, _ argument: UInt64) {
    if argument < 24 {
      put(major | UInt8(truncatingIfNeeded: argument))
    } else {
      putLongHead(major, argument)
    }
  }

  @inline(never)
  private mutating func putLongHead(_ major: UInt8, _ argument: UInt64) {
    reserve(16)
    let (info, size): (UInt8, Int) =
      argument < 1 << 8
      ? (24, 1) : argument < 1 << 16 ? (25, 2) : argument < 1 << 32 ? (26, 4) : (27, 8)
    put(major | info)
    put(word: (argument << UInt64(64 - size * 8)).byteSwapped, used: size)
  }

  @inline(__always)
  mutating func appendText(_ bytes: RawSpan) {
    reserve(bytes.byteCount + 9)
    putHead(major: 0x60, UInt64(bytes.byteCount))
    append(bytes)
  }

  // MARK: JSON

  /// Writes a string with its quotes. RFC 8259, 7: only quotes, backslashes, and control characters
  /// must be escaped, and nothing else is.
  mutating func putJSONText(_ bytes: RawSpan) {
    let size = bytes.byteCount
    // Whole words are stored, so there must be space for one more word than is used.
    reserve(size + 18)
    if size >= 16 {
      let written = putLongJSONText(bytes)
      if written < size { putEscaped(bytes, from: written) }
      return
    }
    put(UInt8(ascii: "\""))
    if size < 8 {
      let word = bytes.paddedWord(0)
      guard word.jsonSpecials & ((1 &<< (UInt64(size) &* 8)) &- 1) == 0 else {
        return putEscaped(bytes, from: 0)
      }
      put(word: word, used: size)
    } else {
      let (first, last) = (bytes.word(0), bytes.word(size - 8))
      guard first.jsonSpecials | last.jsonSpecials == 0 else { return putEscaped(bytes, from: 0) }
      put(word: first, used: size - 8)
      put(word: last, used: 8)
    }
    put(UInt8(ascii: "\""))
  }

  /// Writes the rest of a string, which has bytes to escape, and its quote.
  @inline(never)
  private mutating func putEscaped(_ bytes: RawSpan, from start: Int) {
    let size = bytes.byteCount
    var index = start
    while index < size {
      let rest = size - index
      let word: UInt64
      var specials: UInt64
      if rest >= 8 {
        word = bytes.word(index)
        specials = word.jsonSpecials
        if specials == 0 {
          put(word: word, used: 8)
          index += 8
          continue
        }
      } else {
        let shift = UInt64(truncatingIfNeeded: rest) &* 8
        word = size >= 8 ? bytes.word(size - 8) >> (64 &- shift) : bytes.paddedWord(index)
        specials = word.jsonSpecials | 0x80 &<< shift
      }
      let plain = specials.trailingZeroBitCount >> 3
      put(word: word, used: plain)
      index += plain
      if index < size {
        appendEscape(bytes.byte(index))
        index += 1
        reserve(size - index + 16)
      }
    }
    put(UInt8(ascii: "\""))
  }

  private mutating func appendEscape(_ byte: UInt8) {
    reserve(8)
    put(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
    case 0x08: put(UInt8(ascii: "b"))
    case 0x09: put(UInt8(ascii: "t"))
    case 0x0A: put(UInt8(ascii: "n"))
    case 0x0C: put(UInt8(ascii: "f"))
    case 0x0D: put(UInt8(ascii: "r"))
    default:
      put(UInt8(ascii: "u"))
      put(UInt8(ascii: "0"))
      put(UInt8(ascii: "0"))
      put(UInt8(ascii: "0") + byte >> 4)
      let low = byte & 15
      put(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
    }
  }

  mutating func appendDecimal(_ value: Int) {
    reserve(32)
    if value < 0 { put(UInt8(ascii: "-")) }
    let magnitude = UInt64(value.magnitude)
    let word: UInt64 = 100_000_000
    if magnitude < word { return putDigits(magnitude) }
    let (high, low) = magnitude.quotientAndRemainder(dividingBy: word)
    if high < word {
      putDigits(high)
    } else {
      putDigits(high / word)
      putDigits(high % word, isPadded: true)
    }
    putDigits(low, isPadded: true)
  }

  /// Writes a number of at most eight digits; with all eight if it is padded. Needs space for eight
  /// bytes.
  @inline(__always)
  private mutating func putDigits(_ value: UInt64, isPadded: Bool = false) {
    // Splits into groups of four digits, then two, then one, with quotients by multiplication in
    // all lanes at once.
    let fours = value / 10_000 | (value % 10_000) << 32
    let hundreds = (fours &* 10_486) >> 20 & 0x7F_0000_007F
    let twos = hundreds | (fours &- hundreds &* 100) << 16
    let tens = (twos &* 103) >> 10 & 0x0F_000F_000F_000F
    let digits = tens | (twos &- tens &* 10) << 8
    let zeros = isPadded ? 0 : min(digits.trailingZeroBitCount & 0x78, 56)
    let text = (digits | 0x3030_3030_3030_3030) >> UInt64(truncatingIfNeeded: zeros)
    put(word: text, used: 8 &- zeros >> 3)
  }

  /// Writes base64 as in the data model (``Base64/dataModel``): without padding.
  mutating func appendBase64(_ bytes: RawSpan) {
    // Whole words are stored, so there must be space for one more word than is used.
    reserve(bytes.byteCount / 3 * 4 + 16)
    var index = 0
    while index &+ 8 <= bytes.byteCount {
      let group = bytes.word(index).byteSwapped >> 16
      put(word: Base64.standardCharacters(ofGroup: group), used: 8)
      index &+= 6
    }
    while index < bytes.byteCount {
      let count = min(6, bytes.byteCount - index)
      let group = bytes.paddedWord(index).byteSwapped >> 16
      // Bytes after the end count as zeros.
      let kept = group & (.max << UInt64(48 - 8 * count))
      put(word: Base64.standardCharacters(ofGroup: kept), used: (count * 8 + 5) / 6)
      index += count
    }
  }

  /// The beginning of `{"$link":"…"}` or `{"$bytes":"…"}`.
  mutating func append(form key: StaticString) {
    append(literal: 0x227B, 2)
    key.withBytes { bytes in append(bytes) }
    append(literal: 0x22_3A22, 3)
  }
}
