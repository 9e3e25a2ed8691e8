// Memory/ is the only directory of this target with unsafe code; a test enforces that.
//
// Reasons for the unsafe code: the readers load single bytes and eight bytes at once, the writer
// stores into memory that it has just reserved, and all threads share key tables for the life of
// the process. Checked subscripts would cost a quarter of the rate at which posts are decoded, and
// reference-counted tables a retain and a release for each object. Callers check bounds once for a
// whole item; debug builds, in which the fuzz tests run, assert them again at every access here.

import ATProtoSyntax

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension Span where Element == UInt8 {
  /// The elements as bytes, which is lossless for this element type.
  @usableFromInline
  var raw: RawSpan {
    @_lifetime(copy self)
    get { unsafe bytes }
  }
}

extension RawSpan {
  @inline(__always)
  func byte(_ index: Int) -> UInt8 {
    assert(index >= 0 && index < byteCount)
    return unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
  }

  /// Eight bytes, the first in the lowest bits.
  @inline(__always)
  func word(_ index: Int) -> UInt64 {
    assert(index >= 0 && index <= byteCount - 8)
    return unsafe UInt64(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
    )
  }

  /// Like ``word(_:)``, with zeros in place of bytes after the end.
  @inline(__always)
  func paddedWord(_ index: Int) -> UInt64 {
    index <= byteCount &- 8 ? word(index) : partialWord(index, byteCount - index)
  }

  @inline(never)
  private func partialWord(_ index: Int, _ count: Int) -> UInt64 {
    if count <= 0 { return 0 }
    if byteCount >= 8 { return word(byteCount - 8) >> UInt64(64 - 8 * count) }
    // Two loads that may overlap.
    let end = index + count
    let bits = UInt64(8 * count)
    if count >= 4 {
      return part(index, as: UInt32.self) | part(end - 4, as: UInt32.self) << (bits - 32)
    }
    if count >= 2 {
      return part(index, as: UInt16.self) | part(end - 2, as: UInt16.self) << (bits - 16)
    }
    return UInt64(byte(index))
  }

  @inline(__always)
  private func part<Part: FixedWidthInteger & BitwiseCopyable>(
    _ index: Int,
    as type: Part.Type
  ) -> UInt64 {
    assert(index >= 0 && index + MemoryLayout<Part>.size <= byteCount)
    return unsafe UInt64(
      truncatingIfNeeded: Part(
        littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: type)
      )
    )
  }

  /// Sixteen bytes as two words in the machine's byte order, for operations that do not depend on
  /// it.
  @inline(__always)
  func pair(_ index: Int) -> SIMD2<UInt64> {
    assert(index >= 0 && index + 16 <= byteCount)
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD2<UInt64>.self)
  }

  /// Sixteen bytes, for operations on each of them separately.
  @inline(__always)
  func bytes16(_ index: Int) -> SIMD16<UInt8> {
    assert(index >= 0 && index <= byteCount - 16)
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
  }

  /// The bytes of a range that the caller has checked.
  @inline(__always)
  @_lifetime(copy self)
  func slice(_ start: Int, _ end: Int) -> RawSpan {
    assert(start >= 0 && start <= end && end <= byteCount)
    return unsafe extracting(unchecked: start..<end)
  }

  /// The text in a range, or nil if it is not UTF-8.
  func text(_ start: Int, _ end: Int, _ small: SmallText = SmallText()) -> String? {
    isASCII(start, end) ? asciiText(start, end, small) : wideText(start, end)
  }

  /// The text in a range with bytes that are not ASCII, or nil if it is not UTF-8.
  @inline(never)
  func wideText(_ start: Int, _ end: Int) -> String? {
    guard isUTF8(start, end) else { return nil }
    let bytes = Span<UInt8>(_bytes: slice(start, end))
    return unsafe String(copying: UTF8Span(unchecked: bytes))
  }

  /// The text in a range whose bytes the caller has checked to be below 0x80.
  @inline(__always)
  func asciiText(_ start: Int, _ end: Int, _ small: SmallText) -> String {
    let count = end &- start
    if count < 16 && small.hasKnownForm {
      let bits = UInt64(truncatingIfNeeded: count) &* 8
      if count > 8 {
        return small.text(word(start), word(end &- 8) &>> (128 &- bits), count)
      }
      let padding = (1 &<< (bits & 63)) &- 1
      let bytes = paddedWord(start)
      return small.text(count == 8 ? bytes : bytes & padding, 0, count)
    }
    let bytes = Span<UInt8>(_bytes: slice(start, end))
    return unsafe String(copying: UTF8Span(unchecked: bytes, isKnownASCII: true))
  }

  /// The text in a range, if it is ASCII of 16 to 38 bytes and therefore stored in two parts.
  @inline(__always)
  func shortText(_ start: Int, _ end: Int, _ small: SmallText) -> ShortText? {
    let count = end &- start
    guard count >= 16, count <= 38, small.hasKnownForm else { return nil }
    let (low, high, last) = (word(start), word(start &+ 8), word(end &- 8))
    // The tail's last word contains the text's last bytes, shifted down by the bytes that other
    // words hold.
    let shift = UInt64(truncatingIfNeeded: (39 &- count) & 7) &* 8
    let spaces: UInt64 = 0x2020_2020_2020_2020
    let end = last &>> shift | spaces & ~(UInt64.max &>> shift)
    let number = UInt64(truncatingIfNeeded: count &- 15) &<< 56
    let noThird = number | spaces &>> 8
    let tail: ShortText.Tail
    let seen: UInt64
    if count < 24 {
      tail = ShortText.Tail(end, spaces, noThird)
      seen = 0
    } else if count < 32 {
      let first = word(start &+ 15)
      tail = ShortText.Tail(first, end, noThird)
      seen = first
    } else {
      let (first, second) = (word(start &+ 15), word(start &+ 23))
      tail = ShortText.Tail(first, second, number | end & (.max &>> 8))
      seen = first | second
    }
    if (low | high | last | seen) & 0x8080_8080_8080_8080 != 0 { return nil }
    return ShortText(head: small.text(low, high & 0x00FF_FFFF_FFFF_FFFF, 15), tail: tail)
  }

  func array(_ start: Int, _ end: Int) -> [UInt8] {
    let count = end - start
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      unsafe slice(start, end).withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
      }
      filled = count
    }
  }

  /// Whether these bytes equal the text's.
  @inline(__always)
  func equals(_ text: String) -> Bool {
    let isEqual = unsafe text.utf8.withContiguousStorageIfAvailable { text in
      unsafe byteCount == text.count && equals(text)
    }
    return isEqual ?? text.utf8.elementsEqual(array(0, byteCount))
  }

  /// Whether the bytes of a range equal the text's.
  @inline(__always)
  func equals(_ start: Int, _ end: Int, _ text: StaticString) -> Bool {
    guard end &- start == text.utf8CodeUnitCount else { return false }
    return unsafe slice(start, end).equals(
      UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    )
  }

  /// Compare word by word: the strings are short, and a call would cost as much as the comparison.
  @inline(__always)
  private func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    let other = UnsafeRawBufferPointer(other)
    guard byteCount >= 8 else {
      return (0..<byteCount).allSatisfy { unsafe byte($0) == other[$0] }
    }
    // The last eight bytes may overlap those before.
    let last = byteCount &- 8
    var index = 0
    while true {
      let theirs = unsafe other.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      if word(index) != UInt64(littleEndian: theirs) { return false }
      if index == last { return true }
      index = Swift.min(index &+ 8, last)
    }
  }

  /// The order of two ranges of equal length, byte by byte: negative, zero, or positive.
  func order(_ first: Int, _ second: Int, count: Int) -> Int {
    assert(first + count <= byteCount && second + count <= byteCount)
    return unsafe withUnsafeBytes { bytes in
      unsafe count == 0
        ? 0 : Int(memcmp(bytes.baseAddress! + first, bytes.baseAddress! + second, count))
    }
  }
}

extension String {
  /// Passes the UTF-8 of the text to a closure. Cheaper by one call than `utf8.span`, which is not
  /// inlined.
  @inline(__always)
  func withBytes(_ body: (RawSpan) -> Void) {
    let lent: Void? = unsafe utf8.withContiguousStorageIfAvailable { bytes in
      unsafe body(RawSpan(_unsafeElements: bytes))
    }
    if lent == nil { body(utf8.span.raw) }
  }
}

extension StaticString {
  /// Passes the UTF-8 of the text to a closure.
  @inline(__always)
  func withBytes(_ body: (RawSpan) -> Void) {
    withUTF8Buffer { bytes in body(unsafe RawSpan(_unsafeElements: bytes)) }
  }
}

extension SharedText {
  /// Passes the UTF-8 of the text to a closure.
  @inline(__always)
  func withSpan(_ body: (RawSpan) -> Void) {
    unsafe withBytes { bytes in body(unsafe RawSpan(_unsafeBytes: bytes)) }
  }
}
