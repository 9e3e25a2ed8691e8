extension SIMD16<UInt8> {
  @inline(__always)
  private var words: SIMD2<UInt64> { unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self) }

  /// The highest bit of each byte, in words whose lowest byte is the first.
  @inline(__always)
  var highBits: (UInt64, UInt64) {
    let words = words
    return (
      words.x.littleEndian & 0x8080_8080_8080_8080, words.y.littleEndian & 0x8080_8080_8080_8080
    )
  }

  @inline(__always)
  var hasHighBits: Bool {
    let words = words
    return (words.x | words.y) & 0x8080_8080_8080_8080 != 0
  }
}
