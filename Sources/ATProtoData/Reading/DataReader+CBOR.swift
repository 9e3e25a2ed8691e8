import ATProtoSyntax

// DAG-CBOR, in the strict form of DRISL (https://dasl.ing/drisl.html) that the data model requires.

extension DataReader {
  /// Reads an item's header whose first byte is `initial`; returns its argument.
  @inline(__always)
  mutating func argument(_ initial: UInt8) throws(DataError) -> UInt64 {
    let info = initial & 31
    if info < 24 {
      offset += 1
      return UInt64(info)
    }
    // Most strings have a length of one byte, and most numbers have two bytes.
    if info == 24, offset + 1 < input.byteCount, input.byte(offset + 1) >= 24 {
      offset += 2
      return UInt64(input.byte(offset - 1))
    }
    if info == 25, offset + 2 < input.byteCount, input.byte(offset + 1) > 0 {
      offset += 3
      return UInt64(input.byte(offset - 2)) &<< 8 | UInt64(input.byte(offset - 1))
    }
    return try longArgument(info)
  }

  @inline(never)
  private mutating func longArgument(_ info: UInt8) throws(DataError) -> UInt64 {
    let start = offset
    guard info < 28 else {
      if info == 31 {
        throw DataError(.indefiniteLength, at: start, "indefinite length")
      }
      throw DataError(.reservedHeader, at: start, "reserved header")
    }
    let size = 1 << Int(info - 24)
    guard input.byteCount - start > size else { throw truncated() }
    let word = input.paddedWord(start + 1).byteSwapped >> UInt64(64 - size * 8)
    // "Integers and lengths are encoded in as few bytes as possible."
    let least: UInt64 = size == 1 ? 24 : 1 << UInt64(size * 4)
    if word < least { throw DataError(.longForm, at: start, "a longer form than needed") }
    offset = start + 1 + size
    return word
  }

  /// Reads the header of a string; returns the end of its bytes, which are in the input.
  @inline(__always)
  mutating func stringEnd(_ initial: UInt8) throws(DataError) -> Int {
    let start = offset
    let size = try argument(initial)
    if size > UInt64(input.byteCount - offset) { throw truncated() }
    if size > UInt64(limits.stringLength) {
      throw tooLong(start, limits.stringLength, .stringLength)
    }
    return offset + Int(size)
  }

  @inline(never)
  mutating func mismatch(_ expected: StaticString) -> DataError {
    guard offset < input.byteCount else { return truncated() }
    let initial = input.byte(offset)
    let found: String
    switch initial >> 5 {
    case 0, 1: found = "an integer"
    case 2: found = "bytes"
    case 3: found = "a string"
    case 4: found = "an array"
    case 5: found = "an object"
    case 6:
      if initial != 0xD8 || offset + 1 >= input.byteCount || input.byte(offset + 1) != 42 {
        return DataError(.foreignTag, at: offset, "a tag other than 42")
      }
      found = "a link"
    default:
      switch initial & 31 {
      case 20, 21: found = "a boolean"
      case 22: found = "null"
      case 25, 26, 27: return DataError(.float, at: offset, "a float")
      case 31: return DataError(.indefiniteLength, at: offset, "a break outside")
      case 28, 29, 30: return DataError(.reservedHeader, at: offset, "reserved header")
      default: return DataError(.simpleValue, at: offset, "an unknown simple value")
      }
    }
    return DataError(.typeMismatch, at: offset, "expected \(expected), found \(found)")
  }

  /// Reads a string of fewer than 256 bytes of ASCII, the most common kind, without a call.
  @inline(__always)
  mutating func cborText() throws(DataError) -> String {
    guard let (start, end) = textRange(at: offset) else { return try anyCBORText() }
    if input.isASCII(start, end) {
      offset = end
      return input.asciiText(start, end, smallText)
    }
    guard let text = input.wideText(start, end) else { throw invalidUTF8(start) }
    offset = end
    return text
  }

  @inline(__always)
  mutating func cborShortText() throws(DataError) -> ShortText {
    if let (start, end) = textRange(at: offset), let text = input.shortText(start, end, smallText) {
      offset = end
      return text
    }
    return ShortText(try cborText())
  }

  @inline(__always)
  mutating func cborSharedText() throws(DataError) -> SharedText {
    guard let (start, end) = textRange(at: offset), input.isASCII(start, end) else {
      return SharedText(try cborText())
    }
    offset = end
    return sharedText(start, end)
  }

  /// The range of a string whose header has one or two bytes, if one is at `header`.
  @inline(__always)
  private func textRange(at header: Int) -> (Int, Int)? {
    var start = header &+ 1
    guard start < input.byteCount else { return nil }
    var size = Int(input.byte(header)) &- 0x60
    if size == 24 {
      size = Int(input.byte(start))
      start &+= 1
      if size < 24 { return nil }
    } else if size < 0 || size > 24 {
      return nil
    }
    guard size <= input.byteCount &- start, size <= limits.stringLength else { return nil }
    return (start, start &+ size)
  }

  /// The range of the next object's `$type`, if that is the first of fewer than 24 fields, as it is
  /// in most members of unions.
  @inline(__always)
  func firstCBORType() -> (Int, Int)? {
    guard offset &+ 9 <= input.byteCount, input.byte(offset) &- 0xA1 < 23,
      input.word(offset &+ 1).byteSwapped & KeyTable.typeMask == KeyTable.typeHead
    else { return nil }
    return textRange(at: offset &+ 7)
  }

  @inline(never)
  private mutating func anyCBORText() throws(DataError) -> String {
    let initial = try peek()
    guard initial >> 5 == 3 else { throw mismatch("a string") }
    let end = try stringEnd(initial)
    guard let text = input.text(offset, end, smallText) else { throw invalidUTF8(offset) }
    offset = end
    return text
  }

  @inline(never)
  mutating func invalidUTF8(_ start: Int) -> DataError {
    DataError(.invalidUTF8, at: start, "the text is not UTF-8")
  }

  /// Reads a string of fewer than 256 bytes if it is `expected`.
  @inline(__always)
  mutating func readCBORText(equalTo expected: StaticString) -> Bool {
    guard let (start, end) = textRange(at: offset), input.equals(start, end, expected)
    else { return false }
    offset = end
    return true
  }

  @inline(__always)
  mutating func cborInteger() throws(DataError) -> Int {
    let initial = try peek()
    let start = offset
    guard initial < 0x40 else { throw mismatch("an integer") }
    let value = try argument(initial)
    // Data model: integers are signed and have 64 bits.
    if value > UInt64(Int64.max) {
      throw DataError(.integerRange, at: start, "an integer beyond 64 bits")
    }
    return initial < 0x20 ? Int(value) : -1 - Int(value)
  }

  @inline(__always)
  mutating func cborBoolean() throws(DataError) -> Bool {
    let initial = try peek()
    guard initial == 0xF4 || initial == 0xF5 else { throw mismatch("a boolean") }
    offset += 1
    return initial == 0xF5
  }

  mutating func cborBytes() throws(DataError) -> Bytes {
    let initial = try peek()
    guard initial >> 5 == 2 else { throw mismatch("bytes") }
    let end = try stringEnd(initial)
    defer { offset = end }
    return Bytes(input.array(offset, end))
  }

  mutating func cborLink() throws(DataError) -> CID {
    // The common form: tag 42, 37 bytes, a zero byte, CIDv1 with SHA-256.
    let start = offset
    if start + 41 <= input.byteCount,
      input.word(start) & 0xFF_FFFF_FFFF == 0x00_2558_2AD8,
      let cid = CID(blessed: input, at: start + 5)
    {
      offset = start + 41
      return cid
    }
    guard try peek() >> 5 == 6 else { throw mismatch("a link") }
    guard try argument(input.byte(start)) == 42 else {
      throw DataError(.foreignTag, at: start, "a tag other than 42")
    }
    let initial = try peek()
    guard initial >> 5 == 2 else { throw mismatch("a link's bytes") }
    let end = try stringEnd(initial)
    // Data model: "CIDs are encoded by prefixing their binary representation with 0x00".
    guard offset < end, input.byte(offset) == 0 else {
      throw DataError(.unprefixedCID, at: start, "a link without the zero byte before its CID")
    }
    guard let cid = CID(input, offset + 1, end) else {
      throw DataError(.malformedCID, at: start, "not a CID")
    }
    offset = end
    return try checked(cid, start)
  }

  // MARK: Arrays

  @inline(__always)
  mutating func beginCBORArray() throws(DataError) -> ArrayCursor {
    // Most arrays have fewer than 24 elements, and therefore a header of one byte.
    let start = offset
    if start < input.byteCount {
      let count = Int(input.byte(start)) &- 0x80
      if count >= 0, count < 24, count <= limits.elements, count < input.byteCount &- start {
        offset = start &+ 1
        try enter(start)
        return ArrayCursor(count: count, declared: count)
      }
    }
    return try beginLongArray()
  }

  @inline(never)
  private mutating func beginLongArray() throws(DataError) -> ArrayCursor {
    let start = offset
    let initial = try peek()
    guard initial >> 5 == 4 else { throw mismatch("an array") }
    let count = try argument(initial)
    if count > UInt64(limits.elements) { throw tooManyElements(start) }
    // Every element takes at least one byte.
    if count > UInt64(input.byteCount - offset) { throw truncated() }
    try enter(start)
    return ArrayCursor(count: Int(count), declared: Int(count))
  }

  // MARK: Objects

  /// Enters an object and returns the number of its pairs, if that is less than 24 and the header
  /// has one byte, as is most common. Otherwise, or if the object is rejected, returns nil and
  /// reads nothing.
  @inline(__always)
  mutating func enterUsualObject() -> Int? {
    let start = offset
    guard start < input.byteCount else { return nil }
    let count = Int(input.byte(start)) &- 0xA0
    guard count >= 0, count < 24, count <= limits.elements,
      count &* 2 < input.byteCount &- start, depth < limits.depth, stack.seesRoom
    else { return nil }
    offset = start &+ 1
    depth &+= 1
    return count
  }

  /// Enters an object; returns the number of its pairs.
  @inline(never)
  mutating func enterCBORObject() throws(DataError) -> Int {
    let start = offset
    let initial = try peek()
    guard initial >> 5 == 5 else { throw mismatch("an object") }
    let count = try argument(initial)
    if count > UInt64(limits.elements) { throw tooManyElements(start) }
    if count > UInt64(input.byteCount - offset) / 2 { throw truncated() }
    try enter(start)
    return Int(count)
  }

  /// The cursor of a union's member whose `$type` came first and has been read.
  func firstTypePassed(_ keys: KeyTable, start: Int, count: Int) -> ObjectCursor {
    var cursor = ObjectCursor(keys, start: start, count: count &- 1, skipsType: false)
    cursor.previous = start &+ 1
    cursor.next = keys.typePosition
    return cursor
  }

  /// Reads a known key of at most fifteen bytes at its place in the canonical order. For any other
  /// key, returns -1 and reads nothing.
  @inline(__always)
  mutating func usualCBORKey(_ cursor: inout ObjectCursor) -> Int {
    let start = offset
    guard cursor.count > 0, start &+ 16 <= input.byteCount else { return -1 }
    let (index, size) = cursor.keys.match(input, at: start, from: cursor.next)
    guard index >= 0, index < 64 else { return -1 }
    cursor.count &-= 1
    cursor.next = index &+ 1
    cursor.seen |= 1 &<< UInt64(index)
    offset = start &+ size
    return index
  }

  @inline(never)
  mutating func nextCBORField(_ cursor: inout ObjectCursor) throws(DataError) -> Int? {
    let keys = cursor.keys
    while cursor.count > 0 {
      cursor.count -= 1
      let head = input.paddedWord(offset).byteSwapped
      if cursor.skipsType && head & KeyTable.typeMask == KeyTable.typeHead && follows(cursor) {
        try skipType(&cursor)
        continue
      }
      // The keys of the table and those of the input are both in ascending order, so the first key
      // that is not smaller decides. Smaller keys are fields that the object does not have.
      var index = cursor.next
      while index < keys.count {
        let order = keys.order(index, input, at: offset, head: head)
        if order == 0 {
          cursor.next = index + 1
          cursor.mark(index)
          offset += keys[index].cbor.count
          return index
        }
        if order > 0 { break }
        index += 1
      }
      cursor.next = index
      try unknownCBORField(&cursor)
    }
    depth -= 1
    if cursor.lacksType { throw missingField(keys.typeIndex, cursor) }
    if cursor.firstUnknown >= 0 { endUnknownFields(cursor) }
    return nil
  }

  @inline(never)
  mutating func hasUnusualCBORField(
    _ index: Int,
    _ cursor: inout ObjectCursor
  ) throws(DataError) -> Bool {
    let keys = cursor.keys
    while cursor.count > 0 {
      let head = input.paddedWord(offset).byteSwapped
      if cursor.skipsType && head & KeyTable.typeMask == KeyTable.typeHead && follows(cursor) {
        cursor.count -= 1
        try skipType(&cursor)
        continue
      }
      let order = keys.order(index, input, at: offset, head: head)
      // A key that should have come earlier is not one of the following keys, and is rejected.
      if order < 0 || index < cursor.next { return false }
      cursor.count -= 1
      if order == 0 {
        cursor.next = index + 1
        cursor.mark(index)
        offset += keys[index].cbor.count
        return true
      }
      // Before this field, after the fields that were skipped.
      cursor.next = index
      try unknownCBORField(&cursor)
    }
    return false
  }

  @inline(never)
  mutating func endUnusualCBORObject(_ cursor: inout ObjectCursor) throws(DataError) {
    // Only keys after the table's last one remain.
    cursor.next = cursor.keys.count
    let index = try nextCBORField(&cursor)
    assert(index == nil, "a field was not requested")
  }

  /// Whether `$type` may follow the keys that were read.
  @inline(__always)
  private mutating func follows(_ cursor: borrowing ObjectCursor) -> Bool {
    cursor.next <= cursor.keys.typePosition
      && (cursor.previous < 0
        || input.paddedWord(cursor.previous).byteSwapped < KeyTable.typeHead)
  }

  /// Skips a `$type` that the union has read.
  @inline(__always)
  private mutating func skipType(_ cursor: inout ObjectCursor) throws(DataError) {
    cursor.previous = offset
    cursor.next = cursor.keys.typePosition
    offset += 6
    offset = try stringEnd(try peek())
  }

  @inline(never)
  private mutating func unknownCBORField(_ cursor: inout ObjectCursor) throws(DataError) {
    let start = offset
    let end = try keyEnd()
    try checkOrder(cursor.previous, start, end)
    // The key before the table's next one was either skipped or read last.
    if cursor.next > 0 {
      let head = input.paddedWord(start).byteSwapped
      let order = cursor.keys.order(cursor.next - 1, input, at: start, head: head)
      if order >= 0 { throw outOfOrder(start, isRepeated: order == 0) }
    }
    cursor.previous = start
    let textStart = offset
    offset = end
    guard let key = input.text(textStart, end, smallText) else {
      throw DataError(.invalidUTF8, at: textStart, "the key is not UTF-8")
    }
    addUnknownField(key, try cborValue(), &cursor)
  }

  /// Reads a key's header; returns the end of its text.
  mutating func keyEnd() throws(DataError) -> Int {
    let start = offset
    let initial = try peek()
    guard initial >> 5 == 3 else {
      throw DataError(.nonStringKey, at: start, "a key that is not a string")
    }
    let size = try argument(initial)
    if size > UInt64(input.byteCount - offset) { throw truncated() }
    if size > UInt64(limits.keyLength) {
      throw DataError(.keyLength, at: start, "a key longer than \(limits.keyLength) bytes")
    }
    return offset + Int(size)
  }

  /// Keys are ordered by length, then by bytes. Headers in shortest form compare like lengths, so
  /// the encoded forms compare like the keys.
  mutating func checkOrder(_ previous: Int, _ start: Int, _ end: Int) throws(DataError) {
    guard previous >= 0 else { return }
    let count = min(end - start, input.byteCount - previous)
    let order = input.order(previous, start, count: count)
    if order >= 0 { throw outOfOrder(start, isRepeated: order == 0) }
  }

  @inline(never)
  private mutating func outOfOrder(_ start: Int, isRepeated: Bool) -> DataError {
    isRepeated
      ? DataError(.repeatedKey, at: start, "a key is repeated")
      : DataError(.unsortedKeys, at: start, "keys are not in canonical order")
  }

  // MARK: Values of any type

  mutating func cborValue() throws(DataError) -> DataValue {
    let initial = try peek()
    switch initial >> 5 {
    case 0, 1: return .integer(try cborInteger())
    case 2: return .bytes(try cborBytes())
    case 3: return .string(try cborText())
    case 4:
      let count = try beginCBORArray().count
      let items = count == 1 ? [try cborValue()] : try cborItems(count)
      depth -= 1
      return .array(items)
    case 5:
      return .object(try cborObject())
    case 6: return .link(try cborLink())
    default:
      switch initial {
      case 0xF4, 0xF5, 0xF6:
        offset += 1
        return initial == 0xF6 ? .null : .boolean(initial == 0xF5)
      default: throw mismatch("a value")
      }
    }
  }

  private mutating func cborItems(_ count: Int) throws(DataError) -> [DataValue] {
    var items: [DataValue] = []
    items.reserveCapacity(min(count, 256))
    for _ in 0..<count { items.append(try cborValue()) }
    return items
  }

  private mutating func cborObject() throws(DataError) -> DataObject {
    let count = if let usual = enterUsualObject() { usual } else { try enterCBORObject() }
    var order = KeyOrder()
    let entries: [DataObject.Entry]
    // Most objects have few fields. A literal allocates once, which saves ninety instructions.
    switch count {
    case 1:
      entries = [try cborEntry(&order)]
    case 2:
      entries = [try cborEntry(&order), try cborEntry(&order)]
    case 3:
      entries = [try cborEntry(&order), try cborEntry(&order), try cborEntry(&order)]
    case 4:
      entries = [
        try cborEntry(&order), try cborEntry(&order), try cborEntry(&order),
        try cborEntry(&order),
      ]
    case 5:
      entries = [
        try cborEntry(&order), try cborEntry(&order), try cborEntry(&order),
        try cborEntry(&order), try cborEntry(&order),
      ]
    case 6:
      entries = [
        try cborEntry(&order), try cborEntry(&order), try cborEntry(&order),
        try cborEntry(&order), try cborEntry(&order), try cborEntry(&order),
      ]
    default:
      entries = try cborEntries(count, &order)
    }
    depth -= 1
    return DataObject(canonical: entries)
  }

  private mutating func cborEntries(
    _ count: Int,
    _ order: inout KeyOrder
  ) throws(DataError) -> [DataObject.Entry] {
    var entries: [DataObject.Entry] = []
    entries.reserveCapacity(min(count, 256))
    for _ in 0..<count { entries.append(try cborEntry(&order)) }
    return entries
  }

  @inline(__always)
  private mutating func cborEntry(_ order: inout KeyOrder) throws(DataError) -> DataObject.Entry {
    let start = offset
    guard let next = plainKey(after: order.plain) else { return try cborUnusualEntry(&order) }
    order = KeyOrder(previous: start, plain: next)
    offset = start &+ next.size
    let key =
      smallText.text(next.head, next.tail, encodedSize: next.size)
      ?? input.asciiText(start &+ 1, offset, smallText)
    if next.head == KeyTable.typeHead, let type = recentType() {
      return DataObject.Entry(key: key, value: .string(type))
    }
    return DataObject.Entry(key: key, value: try cborValue())
  }

  /// Reads a string that was recently the value of a `$type`.
  @inline(never)
  private mutating func recentType() -> String? {
    guard let (start, end) = textRange(at: offset), end &- start > 15,
      let text = RecentTypes.text(input, start, end)
    else { return nil }
    offset = end
    return text
  }

  @inline(never)
  private mutating func cborUnusualEntry(
    _ order: inout KeyOrder
  ) throws(DataError) -> DataObject.Entry {
    let start = offset
    let end = try keyEnd()
    try checkOrder(order.previous, start, end)
    guard let key = input.text(offset, end, smallText) else {
      throw DataError(.invalidUTF8, at: offset, "the key is not UTF-8")
    }
    order = KeyOrder(previous: start, plain: .last)
    offset = end
    return DataObject.Entry(key: key, value: try cborValue())
  }

  /// The next key, if it has one to fifteen bytes of ASCII, is at least sixteen bytes before the
  /// end of the input, and comes after `previous`.
  @inline(__always)
  private mutating func plainKey(after previous: PlainKey) -> PlainKey? {
    guard offset + 16 <= input.byteCount else { return nil }
    let head = input.word(offset).byteSwapped
    let size = Int(head >> 56) - 0x5F
    guard size >= 2, size <= 16, size - 1 <= limits.keyLength else { return nil }
    let key: PlainKey
    if size <= 8 {
      // Clears the bytes after the key. A shift by 64 gives zero.
      key = PlainKey(size: size, head: head & ~(.max >> UInt64(size * 8)), tail: 0)
    } else {
      let tail = input.word(offset + 8).byteSwapped
      key = PlainKey(size: size, head: head, tail: tail & ~(.max >> UInt64(size * 8 - 64)))
    }
    return key.isASCII && key.follows(previous) ? key : nil
  }
}

/// The last key that was read in an object: its position and, if it is short, its value.
private struct KeyOrder {
  var previous = -1
  var plain = PlainKey.first
}

/// The encoded form of a short key, in words whose first byte is in the highest bits, so that they
/// compare like the keys: by length, then by bytes.
private struct PlainKey {
  let size: Int
  let head: UInt64
  let tail: UInt64

  /// Before all keys.
  static let first = PlainKey(size: 0, head: 0, tail: 0)
  static let last = PlainKey(size: 0, head: .max, tail: .max)

  @inline(__always)
  var isASCII: Bool { (head | tail) & 0x8080_8080_8080_8080 == 0 }

  @inline(__always)
  func follows(_ other: PlainKey) -> Bool {
    head > other.head || head == other.head && tail > other.tail
  }
}
