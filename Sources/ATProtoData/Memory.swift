// The one file of this target with unsafe code.
//
// Why it exists: the readers look at single bytes and at eight bytes at once, the writer stores
// into memory it has just reserved, and key tables are shared by every thread for the life of the
// process. Checked subscripts cost a quarter of the decoding rate of posts, reference-counted
// tables a retain and release for each object. Callers establish bounds once for a whole item;
// every access here asserts them again in debug builds, where the fuzz tests run.

import ATProtoSyntax
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

// MARK: - Input

extension Span where Element == UInt8 {
  /// The elements as bytes, which for this element type loses and invents nothing.
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

  /// Like ``word(_:)``, with zeros for what lies behind the end.
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

  /// Sixteen bytes, as two words in the machine's order: for questions that do not ask for the
  /// order of bytes.
  @inline(__always)
  func pair(_ index: Int) -> SIMD2<UInt64> {
    assert(index >= 0 && index + 16 <= byteCount)
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD2<UInt64>.self)
  }

  /// Sixteen bytes, for what is done to each of them alone.
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

  /// The text in a range, or nil where it is not UTF-8.
  func text(_ start: Int, _ end: Int, _ small: SmallText = SmallText()) -> String? {
    isASCII(start, end) ? asciiText(start, end, small) : wideText(start, end)
  }

  /// The text in a range that is not ASCII, or nil where it is not UTF-8.
  @inline(never)
  func wideText(_ start: Int, _ end: Int) -> String? {
    guard isUTF8(start, end) else { return nil }
    let bytes = Span<UInt8>(_bytes: slice(start, end))
    return unsafe String(copying: UTF8Span(unchecked: bytes))
  }

  /// The text in a range whose bytes the caller has seen to be below 0x80.
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

  /// The text in a range, where it is ASCII of 16 to 38 bytes and so kept in two parts.
  @inline(__always)
  func shortText(_ start: Int, _ end: Int, _ small: SmallText) -> ShortText? {
    let count = end &- start
    guard count >= 16, count <= 38, small.hasKnownForm else { return nil }
    let (low, high, last) = (word(start), word(start &+ 8), word(end &- 8))
    // The tail's last word is the text's, moved down so far as others hold its first bytes.
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

  /// Whether these bytes are the text's.
  @inline(__always)
  func equals(_ text: String) -> Bool {
    let isEqual = unsafe text.utf8.withContiguousStorageIfAvailable { text in
      unsafe byteCount == text.count && equals(text)
    }
    return isEqual ?? text.utf8.elementsEqual(array(0, byteCount))
  }

  /// Whether the bytes of a range are the text's.
  @inline(__always)
  func equals(_ start: Int, _ end: Int, _ text: StaticString) -> Bool {
    guard end &- start == text.utf8CodeUnitCount else { return false }
    return unsafe slice(start, end).equals(
      UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    )
  }

  /// Word by word: the texts are short, and a call costs as much as the comparison.
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

  /// The order of two ranges of equal length, byte by byte: negative, zero or positive.
  func order(_ first: Int, _ second: Int, count: Int) -> Int {
    assert(first + count <= byteCount && second + count <= byteCount)
    return unsafe withUnsafeBytes { bytes in
      unsafe count == 0
        ? 0 : Int(memcmp(bytes.baseAddress! + first, bytes.baseAddress! + second, count))
    }
  }
}

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

extension String {
  /// Lends the text in UTF-8. A call cheaper than `utf8.span`, which is not inlined.
  @inline(__always)
  func withBytes(_ body: (RawSpan) -> Void) {
    let lent: Void? = unsafe utf8.withContiguousStorageIfAvailable { bytes in
      unsafe body(RawSpan(_unsafeElements: bytes))
    }
    if lent == nil { body(utf8.span.raw) }
  }
}

/// Texts of at most fifteen bytes of ASCII, made from two registers.
///
/// The standard library keeps such texts in the string itself, and its initialisers take bytes one
/// by one: they took an eighth of the time of decoding posts without a schema. The form is no
/// promise of the library, so it is compared with what the library makes, once for every length;
/// where one bit differs, the library is asked for each text.
@safe
struct SmallText {
  /// Zero until it is known, then one for no and two for yes. Every reader asks.
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

  /// The bytes of a text, the first in the lowest bits of `low`, zero behind the last.
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

    /// Whether no byte must be escaped in JSON.
    @inline(__always)
    var isPlainJSON: Bool {
      let bits = UInt64(truncatingIfNeeded: count) &* 8
      // A shift by 64 or more gives zero: smart shifts, which cost little beside the rest.
      let lowMask: UInt64 = bits >= 64 ? .max : (1 &<< bits) &- 1
      let highMask: UInt64 = bits <= 64 ? 0 : (1 &<< (bits &- 64)) &- 1
      return low.jsonSpecials & lowMask | high.jsonSpecials & highMask == 0
    }
  }

  /// What a text of that form says; nil for any other text.
  @inline(__always)
  func content(of text: String) -> Content? {
    hasKnownForm ? Content(unsafe unsafeBitCast(text, to: Words.self)) : nil
  }

  /// The content of an entry's key, without a copy of the key that would have to be counted.
  @inline(__always)
  func content(ofKeyIn entries: Span<DataObject.Entry>, at index: Int) -> Content? {
    guard hasKnownForm else { return nil }
    return unsafe entries.withUnsafeBufferPointer { buffer in
      let entry = unsafe UnsafeRawPointer(buffer.baseAddress! + index)
      return Content(unsafe entry.load(fromByteOffset: 0, as: Words.self))
    }
  }

  /// The text of a key whose CBOR form, of `size` bytes with one of header, is in two words, the
  /// first byte in the highest bits and zeros behind the last.
  @inline(__always)
  func text(_ head: UInt64, _ tail: UInt64, encodedSize size: Int) -> String? {
    guard hasKnownForm else { return nil }
    return text((head &<< 8 | tail &>> 56).byteSwapped, (tail &<< 8).byteSwapped, size &- 1)
  }

  /// - Precondition: the form is known; the bytes, the first in the lowest bits of `low`, are
  ///   ASCII, and zero behind the first `count`.
  @inline(__always)
  fileprivate func text(_ low: UInt64, _ high: UInt64, _ count: Int) -> String {
    assert(hasKnownForm && count < 16)
    // Moved, not cast: what is cast is retained.
    var words = Self.form(low, high, count)
    return unsafe withUnsafeMutablePointer(to: &words) { words in
      unsafe UnsafeMutableRawPointer(words).assumingMemoryBound(to: String.self).move()
    }
  }
}

// MARK: - Types

/// The texts of `$type` that the thread has met lately.
///
/// Data without a schema is full of the same few: who keeps many records keeps each text once, and
/// reading one takes no memory. A thread has 64 of at most 255 bytes.
enum RecentTypes {
  private static let count = 64

  /// The text in a range of 16 to 255 bytes; nil where it is not ASCII.
  static func text(_ input: RawSpan, _ start: Int, _ end: Int) -> String? {
    guard let slots = unsafe slots else { return nil }
    // The ends tell them apart; they begin alike.
    let mixed =
      (input.word(end &- 8) ^ UInt64(truncatingIfNeeded: end &- start))
      &* 0x9E37_79B9_7F4A_7C15
    let slot = unsafe slots + Int(truncatingIfNeeded: mixed &>> 58)
    if unsafe input.slice(start, end).equals(slot.pointee) { return unsafe slot.pointee }
    guard input.isASCII(start, end) else { return nil }
    let text = input.asciiText(start, end, SmallText())
    unsafe slot.pointee = text
    return text
  }

  private static var slots: UnsafeMutablePointer<String>? {
    guard let key else { return nil }
    if let known = unsafe pthread_getspecific(key) {
      return unsafe known.assumingMemoryBound(to: String.self)
    }
    return unsafe make(key)
  }

  @inline(never)
  private static func make(_ key: pthread_key_t) -> UnsafeMutablePointer<String>? {
    let slots = UnsafeMutablePointer<String>.allocate(capacity: count)
    unsafe slots.initialize(repeating: "", count: count)
    guard unsafe pthread_setspecific(key, slots) == 0 else {
      unsafe release(slots)
      return nil
    }
    return unsafe slots
  }

  private static func release(_ slots: UnsafeMutableRawPointer) {
    let slots = unsafe slots.assumingMemoryBound(to: String.self)
    unsafe slots.deinitialize(count: count)
    unsafe slots.deallocate()
  }

  private static let key: pthread_key_t? = {
    var key = pthread_key_t()
    let status = unsafe pthread_key_create(&key) { slots in
      #if canImport(Darwin)
      unsafe RecentTypes.release(slots)
      #else
      if let slots = unsafe slots { unsafe RecentTypes.release(slots) }
      #endif
    }
    return status == 0 ? key : nil
  }()
}

// MARK: - Output

/// A growing buffer that is never read before it was written.
@safe
struct OutputBytes: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  private(set) var count = 0
  /// Whether `base` is its own and not somebody's room.
  private var isOwner: Bool

  init(capacity: Int) {
    unsafe base = .allocate(capacity: capacity)
    self.capacity = capacity
    isOwner = true
  }

  /// Appends what `write` writes to `bytes`: straight into the room that is left there, as long as
  /// that suffices.
  static func append(
    to bytes: inout [UInt8],
    _ write: (consuming OutputBytes) -> OutputBytes
  ) {
    let room = bytes.capacity - bytes.count
    guard room >= 256 else { return write(OutputBytes(capacity: 1000)).copy(into: &bytes) }
    var overflow: OutputBytes?
    bytes.append(addingCapacity: room) { free in
      unsafe free.withUnsafeMutableBufferPointer { buffer, filled in
        let output = unsafe write(OutputBytes(room: buffer))
        if output.isOwner { overflow = consume output } else { filled = output.count }
      }
    }
    if let overflow = overflow.take() { overflow.copy(into: &bytes) }
  }

  private init(room: UnsafeMutableBufferPointer<UInt8>) {
    unsafe base = room.baseAddress!
    capacity = room.count
    isOwner = false
  }

  deinit {
    if isOwner { unsafe base.deallocate() }
  }

  /// Makes room for `more` bytes: every `put` below needs it.
  @inline(__always)
  mutating func reserve(_ more: Int) {
    if capacity &- count < more { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let size = Swift.max(capacity * 2, count + more)
    let new = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    unsafe new.update(from: base, count: count)
    if isOwner { unsafe base.deallocate() }
    unsafe base = new
    isOwner = true
    capacity = size
  }

  @inline(__always)
  mutating func put(_ byte: UInt8) {
    assert(count < capacity)
    unsafe base[count] = byte
    count &+= 1
  }

  /// The `used` first bytes of a word, the lowest first. Needs room for eight.
  @inline(__always)
  mutating func put(word: UInt64, used: Int) {
    assert(count + 8 <= capacity)
    unsafe UnsafeMutableRawPointer(base + count).storeBytes(
      of: word.littleEndian,
      as: UInt64.self
    )
    count += used
  }

  /// A short text in DAG-CBOR; says that it did.
  @inline(__always)
  mutating func putText(_ text: SmallText.Content) -> Bool {
    reserve(17)
    let start = unsafe UnsafeMutableRawPointer(base + count)
    unsafe start.storeBytes(of: 0x60 | UInt8(truncatingIfNeeded: text.count), as: UInt8.self)
    unsafe (start + 1).storeBytes(of: text.low.littleEndian, as: UInt64.self)
    unsafe (start + 9).storeBytes(of: text.high.littleEndian, as: UInt64.self)
    count &+= text.count &+ 1
    return true
  }

  /// A short text in JSON, with its quotes; false, and nothing written, where it has bytes to
  /// escape.
  @inline(__always)
  mutating func putJSONText(_ text: SmallText.Content) -> Bool {
    guard text.isPlainJSON else { return false }
    reserve(18)
    let start = unsafe UnsafeMutableRawPointer(base + count)
    unsafe start.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    unsafe (start + 1).storeBytes(of: text.low.littleEndian, as: UInt64.self)
    unsafe (start + 9).storeBytes(of: text.high.littleEndian, as: UInt64.self)
    unsafe start.storeBytes(
      of: UInt8(ascii: "\""),
      toByteOffset: text.count &+ 1,
      as: UInt8.self
    )
    count &+= text.count &+ 2
    return true
  }

  /// A text of 16 to 38 bytes in DAG-CBOR.
  @inline(__always)
  mutating func putText(_ head: SmallText.Content, _ tail: ShortText.Tail) {
    reserve(48)
    let size = tail.count &+ 15
    if size >= 24 {
      put(0x78)
      put(UInt8(truncatingIfNeeded: size))
    } else {
      put(0x60 | UInt8(truncatingIfNeeded: size))
    }
    store(head, tail)
    count &+= size
  }

  /// A text of 16 to 38 bytes in JSON, with its quotes; false, and nothing written, where it has
  /// bytes to escape.
  @inline(__always)
  mutating func putJSONText(_ head: SmallText.Content, _ tail: ShortText.Tail) -> Bool {
    // What is no byte of the text reads as a space.
    let space: UInt64 = 0x20 << 56
    let first = SIMD2(head.low, head.high | space)
    let second = SIMD2(tail.first, tail.second)
    let third = tail.third & (.max &>> 8) | space
    guard !(first.jsonSpecials | second.jsonSpecials).isHit, third.jsonSpecials == 0 else {
      return false
    }
    reserve(48)
    put(UInt8(ascii: "\""))
    store(head, tail)
    count &+= tail.count &+ 15
    put(UInt8(ascii: "\""))
    return true
  }

  /// Whole words, of which the last may have less than eight bytes of text. Needs room for 39.
  @inline(__always)
  private func store(_ head: SmallText.Content, _ tail: ShortText.Tail) {
    assert(capacity - count >= 39)
    let start = unsafe UnsafeMutableRawPointer(base + count)
    unsafe start.storeBytes(of: head.low.littleEndian, as: UInt64.self)
    unsafe (start + 8).storeBytes(of: head.high.littleEndian, as: UInt64.self)
    unsafe (start + 15).storeBytes(of: tail.first.littleEndian, as: UInt64.self)
    unsafe (start + 23).storeBytes(of: tail.second.littleEndian, as: UInt64.self)
    unsafe (start + 31).storeBytes(of: tail.third.littleEndian, as: UInt64.self)
  }

  /// A short key in JSON, with its quotes and the colon, behind a comma unless it is the first;
  /// false, and nothing written, where it has bytes to escape.
  @inline(__always)
  mutating func putJSONKey(_ key: SmallText.Content, isFirst: Bool) -> Bool {
    guard key.isPlainJSON else { return false }
    reserve(20)
    unsafe base[count] = UInt8(ascii: ",")
    let start = unsafe UnsafeMutableRawPointer(base + count) + (isFirst ? 0 : 1)
    unsafe start.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    unsafe (start + 1).storeBytes(of: key.low.littleEndian, as: UInt64.self)
    unsafe (start + 9).storeBytes(of: key.high.littleEndian, as: UInt64.self)
    let end = unsafe start + key.count
    unsafe end.storeBytes(of: UInt8(ascii: "\""), toByteOffset: 1, as: UInt8.self)
    unsafe end.storeBytes(of: UInt8(ascii: ":"), toByteOffset: 2, as: UInt8.self)
    count &+= key.count &+ (isFirst ? 3 : 4)
    return true
  }

  /// A quote and as much of a text of sixteen bytes or more as has nothing to escape, in steps of
  /// sixteen bytes, and a quote if that is all of it: gives the number of the text's bytes that
  /// were written. Needs room for 18 bytes more than the text has.
  ///
  /// The last bytes are taken together with some before them, so that there is no rest.
  mutating func putLongJSONText(_ bytes: RawSpan) -> Int {
    let size = bytes.byteCount
    assert(size >= 16 && capacity - count >= size + 18)
    let target = unsafe UnsafeMutableRawPointer(base + count)
    unsafe target.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    var index = 0
    while index &+ 32 < size {
      let (first, second) = (bytes.pair(index), bytes.pair(index &+ 16))
      if (first.jsonSpecials | second.jsonSpecials).isHit { break }
      unsafe target.storeBytes(of: first, toByteOffset: index &+ 1, as: SIMD2<UInt64>.self)
      unsafe target.storeBytes(of: second, toByteOffset: index &+ 17, as: SIMD2<UInt64>.self)
      index &+= 32
    }
    while index &+ 16 < size {
      let pair = bytes.pair(index)
      if pair.jsonSpecials.isHit { break }
      unsafe target.storeBytes(of: pair, toByteOffset: index &+ 1, as: SIMD2<UInt64>.self)
      index &+= 16
    }
    if index &+ 16 >= size {
      let last = bytes.pair(size &- 16)
      if !last.jsonSpecials.isHit {
        unsafe target.storeBytes(of: last, toByteOffset: size &- 15, as: SIMD2<UInt64>.self)
        unsafe target.storeBytes(
          of: UInt8(ascii: "\""),
          toByteOffset: size &+ 1,
          as: UInt8.self
        )
        count &+= size &+ 2
        return size
      }
    }
    count &+= index &+ 1
    return index
  }

  @inline(__always)
  mutating func append(_ bytes: RawSpan) {
    let added = bytes.byteCount
    reserve(added)
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: added)
    }
    count += added
  }

  /// Appends base64 as the data model writes it.
  mutating func appendBase64(_ bytes: RawSpan) {
    let size = Base64.dataModel.encodedCount(bytes.byteCount)
    reserve(size)
    let room = unsafe UnsafeMutableBufferPointer(start: base + count, count: size)
    var text = unsafe OutputSpan(buffer: room, initializedCount: 0)
    Base64.dataModel.append(Span<UInt8>(_bytes: bytes), to: &text)
    count += unsafe text.finalize(for: room)
  }

  /// A key's ready-made bytes; they are padded, so that whole words can be copied.
  @inline(__always)
  mutating func append(_ bytes: KeyTable.Encoded) {
    let added = bytes.count
    reserve(added &+ 32)
    let target = unsafe UnsafeMutableRawPointer(base + count)
    unsafe target.copyMemory(from: bytes.start, byteCount: 32)
    if added > 32 {
      unsafe (target + 32).copyMemory(from: bytes.start + 32, byteCount: added - 32)
    }
    count &+= added
  }

  subscript(index: Int) -> UInt8 {
    get {
      assert(index < count)
      return unsafe base[index]
    }
    set {
      assert(index < count)
      unsafe base[index] = newValue
    }
  }

  /// Moves what follows `index` by `distance` bytes, for a header that turned out longer.
  mutating func openGap(at index: Int, _ distance: Int) {
    reserve(distance)
    unsafe memmove(base + index + distance, base + index, count - index)
    count += distance
  }

  mutating func removeAll() {
    count = 0
  }

  /// A view of what was written.
  var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  func copy() -> [UInt8] {
    unsafe [UInt8](UnsafeBufferPointer(start: base, count: count))
  }

  func copy(into array: inout [UInt8]) {
    unsafe array.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
  }

  func text() -> String {
    unsafe String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
  }

  func hash(into hasher: inout Hasher) {
    unsafe hasher.combine(bytes: UnsafeRawBufferPointer(start: base, count: count))
  }

  static func == (lhs: borrowing OutputBytes, rhs: borrowing OutputBytes) -> Bool {
    unsafe lhs.count == rhs.count && memcmp(lhs.base, rhs.base, lhs.count) == 0
  }
}

// MARK: - Key tables

/// Names with their encoded bytes ready, in memory that is never released.
///
/// One pointer, so that passing a table costs no reference counting. A table belongs to a type and
/// is built once, so what is never released does not grow.
@safe
struct KeyTable: @unchecked Sendable {
  /// Encoded bytes with at least 33 readable ones from `start` on.
  @safe
  struct Encoded {
    fileprivate let start: UnsafePointer<UInt8>
    let count: Int
  }

  struct Key {
    /// The first eight bytes of the CBOR form (header and text), the first in the highest bits.
    let head: UInt64
    /// Which bits of ``head`` the key has.
    let mask: UInt64
    /// Past eight bytes, the last eight bytes of the CBOR form.
    let tail: UInt64
    /// The first and, past eight bytes, the last eight bytes of the text.
    let first: UInt64
    let last: UInt64
    let textCount: Int
    let cbor: Encoded
    /// `,"key":`, escaped.
    let json: Encoded
  }

  @safe
  private struct Header {
    var count: Int
    var typeIndex: Int
    var typePosition: Int
    var slotMask: Int
    var keys: UnsafePointer<Key>
    var slots: UnsafePointer<UInt16>
  }

  private let header: UnsafePointer<Header>

  init(_ names: [String]) {
    precondition(names.count < Int(UInt16.max))
    let keys = UnsafeMutablePointer<Key>.allocate(capacity: Swift.max(1, names.count))
    var slotCount = 4
    while slotCount < names.count * 2 { slotCount *= 2 }
    let slots = UnsafeMutablePointer<UInt16>.allocate(capacity: slotCount)
    unsafe slots.initialize(repeating: .max, count: slotCount)
    var typeIndex = -1
    var typePosition = 0
    for (index, name) in names.enumerated() {
      let key = Key(Array(name.utf8))
      unsafe (keys + index).initialize(to: key)
      var slot = Self.hash(key.first, key.last, key.textCount) & (slotCount - 1)
      while unsafe slots[slot] != .max { slot = (slot + 1) & (slotCount - 1) }
      unsafe slots[slot] = UInt16(index)
      if key.head == Self.typeHead { typeIndex = index }
      if key.head < Self.typeHead { typePosition = index + 1 }
    }
    let header = UnsafeMutablePointer<Header>.allocate(capacity: 1)
    unsafe header.initialize(
      to: Header(
        count: names.count,
        typeIndex: typeIndex,
        typePosition: typePosition,
        slotMask: slotCount - 1,
        keys: keys,
        slots: slots
      )
    )
    unsafe self.header = UnsafePointer(header)
  }

  /// The table at an address; nil for zero.
  @inline(__always)
  fileprivate init?(address: UInt) {
    guard let header = unsafe UnsafePointer<Header>(bitPattern: address) else { return nil }
    unsafe self.header = header
  }

  fileprivate var address: UInt { unsafe UInt(bitPattern: header) }

  /// The CBOR form of the key `$type`: one byte of header, five of text.
  static let typeMask: UInt64 = 0xFFFF_FFFF_FFFF_0000
  static let typeHead: UInt64 = 0x6524_7479_7065_0000

  @inline(__always) var count: Int { unsafe header.pointee.count }
  /// The index of `$type`, or -1.
  @inline(__always) var typeIndex: Int { unsafe header.pointee.typeIndex }
  /// The number of keys that stand before `$type` in canonical order.
  @inline(__always) var typePosition: Int { unsafe header.pointee.typePosition }

  @inline(__always)
  subscript(index: Int) -> Key {
    @inline(__always) _read {
      assert(index >= 0 && index < count)
      yield unsafe header.pointee.keys[index]
    }
  }

  /// The index of the key whose text is the range of `input`, or -1.
  @inline(__always)
  func find(_ input: RawSpan, _ start: Int, _ end: Int) -> Int {
    let size = end - start
    let first =
      size >= 8
      ? input.word(start)
      : input.paddedWord(start) & ((1 &<< (UInt64(size) &* 8)) &- 1)
    let last = size > 8 ? input.word(end - 8) : 0
    let slotMask = unsafe header.pointee.slotMask
    var slot = Self.hash(first, last, size) & slotMask
    while true {
      let index = unsafe header.pointee.slots[slot]
      if index == .max { return -1 }
      let key = unsafe header.pointee.keys + Int(index)
      if unsafe key.pointee.first == first && key.pointee.last == last
        && key.pointee.textCount == size
      {
        if size <= 16 || isText(input, start, end, Int(index)) { return Int(index) }
      }
      slot = (slot + 1) & slotMask
    }
  }

  /// The index of the key with this text, or -1.
  func find(_ text: String) -> Int {
    find(text.utf8.span.raw, 0, text.utf8.count)
  }

  @inline(never)
  private func isText(_ input: RawSpan, _ start: Int, _ end: Int, _ index: Int) -> Bool {
    let key = self[index]
    let text = unsafe key.cbor.start + (key.cbor.count - key.textCount)
    return unsafe input.slice(start, end).withUnsafeBytes {
      unsafe memcmp($0.baseAddress!, text, end - start) == 0
    }
  }

  /// The index and size of the key, of those from `start` on, whose CBOR form of at most sixteen
  /// bytes stands at `offset`, or -1. The input has sixteen bytes there.
  @inline(__always)
  func match(_ input: RawSpan, at offset: Int, from start: Int) -> (index: Int, size: Int) {
    let head = input.word(offset).byteSwapped
    let count = self.count
    var index = start
    while index < count {
      let key = unsafe header.pointee.keys + index
      let masked = unsafe head & key.pointee.mask
      let word = unsafe key.pointee.head
      if masked == word {
        let size = unsafe key.pointee.cbor.count
        if size <= 8 { return (index, size) }
        if size <= 16, unsafe input.word(offset &+ size &- 8) == key.pointee.tail {
          return (index, size)
        }
        return (-1, 0)
      }
      // Keys ascend: this one is not of the table.
      if masked < word { return (-1, 0) }
      index &+= 1
    }
    return (-1, 0)
  }

  /// What ``order(_:_:at:head:)`` tells of an input that has sixteen bytes at `offset`, and the size
  /// of the key's CBOR form. Positive also where it takes more than two words to tell.
  @inline(__always)
  func usualOrder(_ index: Int, _ input: RawSpan, at offset: Int) -> (order: Int, size: Int) {
    assert(index >= 0 && index < count)
    let key = unsafe header.pointee.keys + index
    let masked = unsafe input.word(offset).byteSwapped & key.pointee.mask
    let word = unsafe key.pointee.head
    let size = unsafe key.pointee.cbor.count
    if masked != word { return (masked < word ? 1 : -1, size) }
    if size <= 8 { return (0, size) }
    let isKey = unsafe size <= 16 && input.word(offset &+ size &- 8) == key.pointee.tail
    return (isKey ? 0 : 1, size)
  }

  /// The order of a key's CBOR form and the input at `offset`: zero where the input has the key,
  /// negative where it has one that comes behind.
  @inline(__always)
  func order(_ index: Int, _ input: RawSpan, at offset: Int, head: UInt64) -> Int {
    let key = unsafe header.pointee.keys + index
    let masked = unsafe head & key.pointee.mask
    let word = unsafe key.pointee.head
    if masked != word { return masked < word ? 1 : -1 }
    let size = unsafe key.pointee.cbor.count
    if offset + size <= input.byteCount {
      if size <= 8 { return 0 }
      if size <= 16, unsafe input.word(offset + size - 8) == key.pointee.tail { return 0 }
    }
    return tailOrder(index, input, at: offset)
  }

  @inline(never)
  private func tailOrder(_ index: Int, _ input: RawSpan, at offset: Int) -> Int {
    let key = self[index]
    let available = Swift.min(key.cbor.count, input.byteCount - offset)
    let order = unsafe input.slice(offset, offset + available).withUnsafeBytes {
      Int(unsafe memcmp(key.cbor.start, $0.baseAddress!, available))
    }
    return order == 0 && available < key.cbor.count ? 1 : order
  }

  /// The order of a key and a text, as canonical DAG-CBOR sorts them.
  func order(_ index: Int, _ text: String) -> Int {
    let key = self[index]
    var text = text
    return text.withUTF8 { bytes in
      if key.textCount != bytes.count { return key.textCount - bytes.count }
      if bytes.isEmpty { return 0 }
      let start = unsafe key.cbor.start + (key.cbor.count - key.textCount)
      return Int(unsafe memcmp(start, bytes.baseAddress!, bytes.count))
    }
  }

  /// A copy of a key's text, for messages.
  func name(_ index: Int) -> String {
    let key = self[index]
    let start = unsafe key.cbor.start + (key.cbor.count - key.textCount)
    return unsafe String(
      decoding: UnsafeBufferPointer(start: start, count: key.textCount),
      as: UTF8.self
    )
  }

  /// The JSON string of a key, without the colon that follows.
  @inline(__always)
  func jsonString(_ index: Int) -> Encoded {
    let json = self[index].json
    return unsafe Encoded(start: json.start + 1, count: json.count - 2)
  }

  /// What comes before the value of an object's first field.
  @inline(__always)
  func firstJSONKey(_ index: Int) -> Encoded {
    let json = self[index].json
    return unsafe Encoded(start: json.start + 1, count: json.count - 1)
  }

  @inline(__always)
  private static func hash(_ first: UInt64, _ last: UInt64, _ count: Int) -> Int {
    let mixed = (first ^ (last &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(truncatingIfNeeded: count))
    return Int(truncatingIfNeeded: (mixed &* 0xD6E8_FEB8_6659_FD93) >> 40)
  }
}

extension KeyTable.Key {
  /// Encodes a name; what it allocates is never released.
  fileprivate init(_ text: [UInt8]) {
    var output = OutputBytes(capacity: text.count + 16)
    output.putHead(major: 0x60, UInt64(text.count))
    output.append(text.span.raw)
    let cbor = output.copy()
    output.removeAll()
    output.append(UInt8(ascii: ","))
    output.putJSONText(text.span.raw)
    output.reserve(1)
    output.put(UInt8(ascii: ":"))
    let bytes = cbor.span.raw
    head = bytes.paddedWord(0).byteSwapped
    mask = cbor.count >= 8 ? .max : ~(.max >> UInt64(cbor.count * 8))
    tail = cbor.count > 8 ? bytes.word(cbor.count - 8) : 0
    first = text.span.raw.paddedWord(0)
    last = text.count > 8 ? text.span.raw.word(text.count - 8) : 0
    textCount = text.count
    self.cbor = KeyTable.Encoded(immortal: cbor)
    json = KeyTable.Encoded(immortal: output.copy())
  }
}

extension KeyTable.Encoded {
  fileprivate init(immortal bytes: [UInt8]) {
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + 33)
    unsafe copy.initialize(repeating: 0, count: bytes.count + 33)
    for (index, byte) in bytes.enumerated() { unsafe copy[index] = byte }
    unsafe start = UnsafePointer(copy)
    count = bytes.count
  }
}

/// Names of which the first to ask makes a key table, which stays.
///
/// The compiler lays it out complete, where a lazy `static let` costs a call each time.
@usableFromInline
struct NameTable: ~Copyable, Sendable {
  private let names: StaticString
  private let separator: Unicode.Scalar
  private let isSorted: Bool
  /// The address of the key table, zero before it is made.
  private let address: Atomic<UInt>

  private static let building = Mutex(())

  @usableFromInline
  @inline(__always)
  init(_ names: StaticString, _ separator: Unicode.Scalar, isSorted: Bool) {
    self.names = names
    self.separator = separator
    self.isSorted = isSorted
    address = Atomic(0)
  }

  @inline(__always)
  var keys: KeyTable {
    KeyTable(address: address.load(ordering: .acquiring)) ?? make()
  }

  @inline(never)
  private borrowing func make() -> KeyTable {
    Self.building.withLock { _ in
      if let made = KeyTable(address: address.load(ordering: .acquiring)) { return made }
      let names = names.description.unicodeScalars.split(separator: separator).map(String.init)
      let made = KeyTable(names)
      if isSorted {
        for (index, name) in names.enumerated().dropFirst() {
          precondition(made.order(index - 1, name) < 0, "keys not in canonical order")
        }
      }
      address.store(made.address, ordering: .releasing)
      return made
    }
  }
}

// MARK: - Stack

#if canImport(Glibc) || canImport(Musl)
// The header declares it for GNU sources only, which a module map cannot ask for.
@_silgen_name("pthread_getattr_np")
private func readAttributes(
  of thread: pthread_t,
  into attributes: UnsafeMutablePointer<pthread_attr_t>
) -> CInt
#endif

/// How far the stack of the current thread may still grow, for code that recurses with its input.
///
/// Generated initialisers have frames of any size, so a depth alone does not bound the stack. The
/// thread is asked for its real bounds when a reader has used a quarter of the smallest thread's
/// stack, 128 KiB with musl.
struct StackGuard {
  private var floor: UInt
  private var isExact = false

  /// What a thread needs to have left for the frames between two checks.
  private static let reserve: UInt = 96 * 1024

  @inline(__always)
  init() {
    let here = Self.position
    floor = here > 32 * 1024 ? here - 32 * 1024 : 0
  }

  /// Whether there is room for certain; if not, ``hasRoom()`` asks the thread.
  @inline(__always)
  var seesRoom: Bool { Self.position >= floor }

  /// False where the stack must not grow further.
  @inline(__always)
  mutating func hasRoom() -> Bool {
    Self.position >= floor || measure()
  }

  @inline(never)
  private mutating func measure() -> Bool {
    if isExact { return false }
    isExact = true
    let here = Self.position
    guard let lowest = Self.lowestAddress, lowest < here else { return false }
    floor = lowest + Self.reserve
    return here >= floor
  }

  @inline(__always)
  private static var position: UInt {
    var marker: UInt8 = 0
    // Nothing is written to it, so no canary has to watch over it: one for each object costs.
    return unsafe _withUnprotectedUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }

  private static var lowestAddress: UInt? {
    #if canImport(Darwin)
    let thread = pthread_self()
    return unsafe UInt(bitPattern: pthread_get_stackaddr_np(thread))
      - UInt(pthread_get_stacksize_np(thread))
    #elseif canImport(Glibc) || canImport(Musl)
    if let known = unsafe pthread_getspecific(lowestAddressKey) {
      return UInt(bitPattern: known)
    }
    var attributes = pthread_attr_t()
    guard unsafe readAttributes(of: pthread_self(), into: &attributes) == 0 else { return nil }
    defer { unsafe pthread_attr_destroy(&attributes) }
    var address: UnsafeMutableRawPointer?
    var size = 0
    guard unsafe pthread_attr_getstack(&attributes, &address, &size) == 0 else { return nil }
    unsafe pthread_setspecific(lowestAddressKey, address)
    return UInt(bitPattern: address)
    #else
    return nil
    #endif
  }

  #if canImport(Glibc) || canImport(Musl)
  /// The thread remembers: for the first thread of a process, glibc reads a file to know it.
  private static let lowestAddressKey: pthread_key_t = {
    var key = pthread_key_t()
    // A number that no key has: nothing is remembered then.
    return unsafe pthread_key_create(&key, nil) == 0 ? key : .max
  }()
  #endif
}
