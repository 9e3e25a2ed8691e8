import ATProtoSyntax

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A growing buffer whose bytes are never read before they are written.
@safe
struct OutputBytes: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  private(set) var count = 0
  /// Whether this value owns `base`, instead of writing to the capacity of an array.
  private var isOwner: Bool

  init(capacity: Int) {
    unsafe base = .allocate(capacity: capacity)
    self.capacity = capacity
    isOwner = true
  }

  /// Appends what `write` writes to `bytes`: directly to its spare capacity, as long as that is
  /// enough.
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

  /// Reserves space for `more` bytes. Every `put` below requires it.
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

  /// The `used` first bytes of a word, the lowest first. Needs space for eight bytes.
  @inline(__always)
  mutating func put(word: UInt64, used: Int) {
    assert(count + 8 <= capacity)
    unsafe UnsafeMutableRawPointer(base + count).storeBytes(
      of: word.littleEndian,
      as: UInt64.self
    )
    count += used
  }

  /// Writes a short text in DAG-CBOR; returns true.
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

  /// Writes a short text in JSON, with its quotes. Returns false, and writes nothing, if it has
  /// bytes to escape.
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

  /// Writes a string of 16 to 38 bytes in DAG-CBOR.
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

  /// Writes a string of 16 to 38 bytes in JSON, with its quotes. Returns false, and writes nothing,
  /// if it has bytes to escape.
  @inline(__always)
  mutating func putJSONText(_ head: SmallText.Content, _ tail: ShortText.Tail) -> Bool {
    // Bytes outside the text read as spaces.
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

  /// Writes whole words; the last one may have fewer than eight bytes of text. Needs space for 39
  /// bytes.
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

  /// Writes a short key in JSON, with its quotes and the colon, after a comma unless it is the
  /// first. Returns false, and writes nothing, if it has bytes to escape.
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

  /// Writes a quote and the beginning of a string of at least sixteen bytes, up to the first bytes
  /// to escape, in steps of sixteen bytes, and a quote if that is the whole text. Returns the
  /// number of bytes of the text that were written. Needs space for 18 bytes more than the text
  /// has.
  ///
  /// The last step may overlap the one before it, so no bytes remain.
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

  /// Writes a key's precomputed bytes, which are padded so that whole words can be copied.
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

  /// Moves the bytes after `index` by `distance`, for a header that is longer than expected.
  mutating func openGap(at index: Int, _ distance: Int) {
    reserve(distance)
    unsafe memmove(base + index + distance, base + index, count - index)
    count += distance
  }

  mutating func removeAll() {
    count = 0
  }

  /// A view of the bytes that were written.
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
