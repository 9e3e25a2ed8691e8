// JSON according to RFC 8259, with the conventions of the data model for bytes and links.

extension DataReader {
  @inline(__always)
  mutating func skipSpace() {
    // Compact JSON has no white space, so check one byte first.
    if offset < input.byteCount && input.byte(offset) > 0x20 { return }
    skipSpaces()
  }

  @inline(never)
  private mutating func skipSpaces() {
    while offset < input.byteCount {
      switch input.byte(offset) {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  /// The next byte that is not white space, without consuming it.
  @inline(__always)
  mutating func peekToken() throws(DataError) -> UInt8 {
    skipSpace()
    return try peek()
  }

  @inline(__always)
  mutating func expect(_ byte: UInt8) throws(DataError) {
    guard try peekToken() == byte else { throw unexpected(byte) }
    offset += 1
  }

  @inline(never)
  mutating func unexpected(_ byte: UInt8) -> DataError {
    DataError(.syntax, at: offset, "expected '\(Character(Unicode.Scalar(byte)))'")
  }

  @inline(never)
  mutating func jsonMismatch(_ expected: StaticString) -> DataError {
    guard offset < input.byteCount else { return truncated() }
    let found: String
    switch input.byte(offset) {
    case UInt8(ascii: "{"): found = "an object"
    case UInt8(ascii: "["): found = "an array"
    case UInt8(ascii: "\""): found = "a string"
    case UInt8(ascii: "t") where isLiteral(0x6575_7274, 4): found = "a boolean"
    case UInt8(ascii: "f") where isLiteral(0x65_736C_6166, 5): found = "a boolean"
    case UInt8(ascii: "n") where isLiteral(0x6C6C_756E, 4): found = "null"
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): found = "a number"
    default: return DataError(.syntax, at: offset, "expected \(expected)")
    }
    return DataError(.typeMismatch, at: offset, "expected \(expected), found \(found)")
  }

  @inline(__always)
  private mutating func isLiteral(_ word: UInt64, _ count: Int) -> Bool {
    input.paddedWord(offset) & ((1 << UInt64(count * 8)) - 1) == word
  }

  /// Reads a literal name if it comes next.
  @inline(__always)
  private mutating func literal(_ word: UInt64, _ count: Int) -> Bool {
    guard isLiteral(word, count) else { return false }
    offset += count
    return true
  }

  mutating func jsonNull() throws(DataError) -> Bool {
    guard try peekToken() == UInt8(ascii: "n") else { return false }
    guard literal(0x6C6C_756E, 4) else { throw jsonMismatch("a value") }
    return true
  }

  mutating func jsonBoolean() throws(DataError) -> Bool {
    skipSpace()
    if literal(0x6575_7274, 4) { return true }
    if literal(0x65_736C_6166, 5) { return false }
    throw jsonMismatch("a boolean")
  }

  // MARK: Arrays

  mutating func beginJSONArray() throws(DataError) -> ArrayCursor {
    guard try peekToken() == UInt8(ascii: "[") else { throw jsonMismatch("an array") }
    try enter(offset)
    offset += 1
    return ArrayCursor(count: 0, declared: 4)
  }

  mutating func nextJSONElement(_ cursor: inout ArrayCursor) throws(DataError) -> Bool {
    let byte = try peekToken()
    if byte == UInt8(ascii: "]") {
      offset += 1
      depth -= 1
      return false
    }
    if cursor.count > 0 {
      guard byte == UInt8(ascii: ",") else { throw unexpected(UInt8(ascii: ",")) }
      offset += 1
      if cursor.count >= limits.elements { throw tooManyElements(offset) }
      // A comma before the end has no element after it.
      if try peekToken() == UInt8(ascii: "]") { throw jsonMismatch("a value") }
    }
    cursor.count += 1
    return true
  }

  // MARK: Objects

  /// Enters an object; returns the offset of its brace.
  mutating func enterJSONObject() throws(DataError) -> Int {
    guard try peekToken() == UInt8(ascii: "{") else { throw jsonMismatch("an object") }
    let start = offset
    try enter(start)
    offset = start &+ 1
    return start
  }

  /// Allocates words for the marks of an object with more than 64 fields; returns the index of the
  /// first.
  @inline(never)
  mutating func roomForMarks(_ count: Int) -> Int {
    let notes = notes
    notes.wideSeen.append(contentsOf: repeatElement(0, count: count))
    return notes.wideSeen.count - count
  }

  /// Moves to the next key, whose quote comes next; false at the end, which is consumed.
  @inline(__always)
  mutating func nextJSONKey(_ count: inout Int) throws(DataError) -> Bool {
    var byte = try peekToken()
    if byte == UInt8(ascii: "}") {
      offset += 1
      depth -= 1
      return false
    }
    if count > 0 {
      guard byte == UInt8(ascii: ",") else { throw unexpected(UInt8(ascii: ",")) }
      offset += 1
      if count >= limits.elements { throw tooManyElements(offset) }
      byte = try peekToken()
    }
    guard byte == UInt8(ascii: "\"") else { throw unexpected(UInt8(ascii: "\"")) }
    count += 1
    return true
  }

  mutating func nextJSONField(_ cursor: inout ObjectCursor) throws(DataError) -> Int? {
    let index = usualKey(&cursor)
    if index >= 0 { return index }
    if endsPlainly(cursor) {
      offset += 1
      depth -= 1
      return nil
    }
    return try nextUnusualField(&cursor)
  }

  /// Reads a known key of at most fifteen bytes without escapes or white space around it, with the
  /// comma before it and the colon after it. For any other key, returns -1 and reads nothing.
  @inline(__always)
  private mutating func usualKey(_ cursor: inout ObjectCursor) -> Int {
    var start = offset
    guard start + 24 <= input.byteCount else { return -1 }
    if cursor.count > 0 {
      guard input.byte(start) == UInt8(ascii: ","), cursor.count < limits.elements else {
        return -1
      }
      start += 1
    }
    guard input.byte(start) == UInt8(ascii: "\"") else { return -1 }
    start += 1
    // Up to the first quote: a key that has escapes cannot be a key of the table.
    var size = input.word(start).firstQuote
    if size == 8 {
      size += input.word(start + 8).firstQuote
      if size == 16 { return -1 }
    }
    let end = start + size
    guard end + 1 < input.byteCount, input.byte(end + 1) == UInt8(ascii: ":") else { return -1 }
    let index = cursor.keys.find(input, start, end)
    guard index >= 0, mark(index, &cursor) else { return -1 }
    cursor.count += 1
    offset = end + 2
    return index
  }

  /// Whether an object ends here that needs no further checks.
  @inline(__always)
  private mutating func endsPlainly(_ cursor: borrowing ObjectCursor) -> Bool {
    offset < input.byteCount && input.byte(offset) == UInt8(ascii: "}")
      && cursor.firstUnknown < 0 && cursor.keys.count <= 64
      && !cursor.lacksType
  }

  @inline(never)
  private mutating func nextUnusualField(
    _ cursor: inout ObjectCursor
  ) throws(DataError) -> Int? {
    let keys = cursor.keys
    while try nextJSONKey(&cursor.count) {
      let start = offset
      let end = input.scanJSONText(start + 1).end
      guard end < input.byteCount else { throw truncated() }
      var index: Int
      var name: String?
      if input.byte(end) == UInt8(ascii: "\"") {
        index = keys.find(input, start + 1, end)
        offset = end + 1
      } else {
        let text = try jsonKey()
        name = text
        index = keys.find(text)
      }
      try expect(UInt8(ascii: ":"))
      if index >= 0 {
        if !mark(index, &cursor) { throw repeated(keys.name(index), start) }
        return index
      }
      let after = offset
      if name == nil {
        offset = start
        name = try jsonKey()
        offset = after
      }
      try unknownJSONField(name ?? "", start, &cursor)
    }
    if keys.count > 64 { notes.wideSeen.removeSubrange(cursor.wide...) }
    if cursor.firstUnknown >= 0
      && !notes.unknownEntries[cursor.firstUnknown...].sortCanonically()
    {
      throw DataError(.repeatedKey, at: cursor.start, "a key of the object is repeated")
    }
    if cursor.lacksType { throw missingField(keys.typeIndex, cursor) }
    if cursor.firstUnknown >= 0 { endUnknownFields(cursor) }
    return nil
  }

  /// Marks a known field as seen. Returns false if it already was.
  @inline(__always)
  private mutating func mark(_ index: Int, _ cursor: inout ObjectCursor) -> Bool {
    let bit: UInt64 = 1 &<< UInt64(index)
    if index < 64 {
      if cursor.seen & bit != 0 { return false }
      cursor.seen |= bit
      return true
    }
    return markWide(index, bit, &cursor)
  }

  @inline(never)
  private mutating func markWide(
    _ index: Int,
    _ bit: UInt64,
    _ cursor: inout ObjectCursor
  ) -> Bool {
    if index == cursor.keys.typeIndex { cursor.sawType = true }
    let notes = notes
    let slot = cursor.wide + index / 64 - 1
    if notes.wideSeen[slot] & bit != 0 { return false }
    notes.wideSeen[slot] |= bit
    return true
  }

  @inline(never)
  private mutating func unknownJSONField(
    _ key: String,
    _ start: Int,
    _ cursor: inout ObjectCursor
  ) throws(DataError) {
    if key.isJSONForm {
      throw DataError(.reservedKey, at: start, "expected an object without the key '\(key)'")
    }
    if cursor.skipsType && key == "$type" {
      // The union has seen one; a second one is a repetition.
      if cursor.sawType { throw repeated(key, start) }
      cursor.sawType = true
      guard try peekToken() == UInt8(ascii: "\"") else { throw jsonMismatch("a string") }
      _ = try jsonText()
      return
    }
    addUnknownField(key, try jsonValue(), &cursor)
  }
}
