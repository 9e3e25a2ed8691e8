#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Names with their precomputed encodings, in memory that is never released.
///
/// The table is one pointer, so passing it does not cost reference counting. A table belongs to a
/// type and is built once, so the memory that is never released does not grow.
@safe
struct KeyTable: @unchecked Sendable {
  /// Encoded bytes, with at least 33 readable bytes from `start` on.
  @safe
  struct Encoded {
    let start: UnsafePointer<UInt8>
    let count: Int
  }

  struct Key {
    /// The first eight bytes of the CBOR form (header and text), the first in the highest bits.
    let head: UInt64
    /// The bits of ``head`` that belong to the key.
    let mask: UInt64
    /// The last eight bytes of the CBOR form, if it is longer than eight bytes.
    let tail: UInt64
    /// The first eight bytes of the text and, if it is longer, its last eight bytes.
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

  /// The table at an address; nil if the address is zero.
  @inline(__always)
  init?(address: UInt) {
    guard let header = unsafe UnsafePointer<Header>(bitPattern: address) else { return nil }
    unsafe self.header = header
  }

  var address: UInt { unsafe UInt(bitPattern: header) }

  /// The CBOR form of the key `$type`: a header of one byte and a string of five.
  static let typeMask: UInt64 = 0xFFFF_FFFF_FFFF_0000
  static let typeHead: UInt64 = 0x6524_7479_7065_0000

  @inline(__always) var count: Int { unsafe header.pointee.count }
  /// The index of `$type`, or -1.
  @inline(__always) var typeIndex: Int { unsafe header.pointee.typeIndex }
  /// The number of keys that come before `$type` in canonical order.
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

  /// Returns the index and size of the key, among those from `start` on, whose CBOR form of at most
  /// sixteen bytes is at `offset`, or -1. The input must have sixteen bytes there.
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
      // Keys are in ascending order, so this key is not in the table.
      if masked < word { return (-1, 0) }
      index &+= 1
    }
    return (-1, 0)
  }

  /// The result of ``order(_:_:at:head:)`` for an input that has sixteen bytes at `offset`, and the
  /// size of the key's CBOR form. The result is also positive if two words are not enough to
  /// decide.
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

  /// The order of a key's CBOR form relative to the input at `offset`: zero if the input has the
  /// key, negative if it has a later key.
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

  /// The order of a key relative to a string, as canonical DAG-CBOR sorts them.
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

  /// The bytes before the value of an object's first field.
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
  /// Encodes a name in memory that is never released.
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
