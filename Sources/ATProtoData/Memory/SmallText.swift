import Synchronization

/// Strings of at most fifteen bytes of ASCII, created from two registers.
///
/// The standard library stores such strings inline, and its initializers take bytes one by one:
/// they took an eighth of the time of decoding posts without a schema. The library does not
/// guarantee this representation, so it is compared with what the library creates, once for every
/// length; if a single bit differs, the library's initializer is used for every string.
@safe
struct SmallText {
  /// Zero until known, then one for no and two for yes. Every reader checks it.
  private static let answer = Atomic<UInt8>(0)

  @inline(never)
  private static func compareForms() -> Bool {
    let isKnown = areFormsEqual
    answer.store(isKnown ? 2 : 1, ordering: .relaxed)
    return isKnown
  }

  private static var areFormsEqual: Bool {
    guard MemoryLayout<String>.size == 16, MemoryLayout<Int>.size == 8,
      MemoryLayout<DataObject.Entry>.offset(of: \.key) == 0
    else { return false }
    let letters: StaticString = "\u{0}bcdefgh\u{7F}jklmno"
    return (0...15).allSatisfy { count in
      let bytes = unsafe UnsafeBufferPointer(start: letters.utf8Start, count: count)
      let words = unsafe unsafeBitCast(String(decoding: bytes, as: UTF8.self), to: Words.self)
      let low = unsafe bytes.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      let high = unsafe bytes.dropFirst(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      return words == form(low, high, count)
    }
  }

  fileprivate typealias Words = (UInt64, UInt64)

  let hasKnownForm: Bool

  init() {
    let answer = Self.answer.load(ordering: .relaxed)
    hasKnownForm = answer == 2 || answer == 0 && Self.compareForms()
  }

  @inline(__always)
  private static func form(_ low: UInt64, _ high: UInt64, _ count: Int) -> Words {
    (low, high | (0xE0 | UInt64(truncatingIfNeeded: count)) &<< 56)
  }

  /// The bytes of a string, the first in the lowest bits of `low`, and zeros after the last.
  struct Content {
    let low: UInt64
    let high: UInt64
    let count: Int

    @inline(__always)
    fileprivate init?(_ words: Words) {
      guard words.1 >> 60 == 0xE else { return nil }
      low = words.0
      high = words.1 & 0x00FF_FFFF_FFFF_FFFF
      count = Int(truncatingIfNeeded: words.1 >> 56) & 15
    }

    /// Whether no bytes must be escaped in JSON.
    @inline(__always)
    var isPlainJSON: Bool {
      let bits = UInt64(truncatingIfNeeded: count) &* 8
      // A smart shift by 64 or more gives zero, and costs little compared with the rest.
      let lowMask: UInt64 = bits >= 64 ? .max : (1 &<< bits) &- 1
      let highMask: UInt64 = bits <= 64 ? 0 : (1 &<< (bits &- 64)) &- 1
      return low.jsonSpecials & lowMask | high.jsonSpecials & highMask == 0
    }
  }

  /// The content of a string in this representation, or nil for any other string.
  @inline(__always)
  func content(of text: String) -> Content? {
    hasKnownForm ? Content(unsafe unsafeBitCast(text, to: Words.self)) : nil
  }

  /// The content of an entry's key, without a copy of the key that would have to be retained.
  @inline(__always)
  func content(ofKeyIn entries: Span<DataObject.Entry>, at index: Int) -> Content? {
    guard hasKnownForm else { return nil }
    return unsafe entries.withUnsafeBufferPointer { buffer in
      let entry = unsafe UnsafeRawPointer(buffer.baseAddress! + index)
      return Content(unsafe entry.load(fromByteOffset: 0, as: Words.self))
    }
  }

  /// The string for a key whose CBOR form, of `size` bytes including a header of one, is in two
  /// words, the first byte in the highest bits, with zeros after the last.
  @inline(__always)
  func text(_ head: UInt64, _ tail: UInt64, encodedSize size: Int) -> String? {
    guard hasKnownForm else { return nil }
    return text((head &<< 8 | tail &>> 56).byteSwapped, (tail &<< 8).byteSwapped, size &- 1)
  }

  /// - Precondition: the representation is known; the bytes, the first in the lowest bits of `low`,
  ///   are ASCII, and zero after the first `count`.
  @inline(__always)
  func text(_ low: UInt64, _ high: UInt64, _ count: Int) -> String {
    assert(hasKnownForm && count < 16)
    // Moved rather than cast: a cast would retain the value.
    var words = Self.form(low, high, count)
    return unsafe withUnsafeMutablePointer(to: &words) { words in
      unsafe UnsafeMutableRawPointer(words).assumingMemoryBound(to: String.self).move()
    }
  }
}
