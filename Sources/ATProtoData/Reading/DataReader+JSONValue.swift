import ATProtoSyntax

extension DataReader {
  // MARK: Bytes and links

  mutating func jsonBytes() throws(DataError) -> Bytes {
    guard try peekToken() == UInt8(ascii: "{") else { throw jsonMismatch("bytes") }
    var count = 0
    offset += 1
    depth += 1
    guard try nextJSONKey(&count), try jsonKey() == "$bytes" else {
      throw DataError(.typeMismatch, at: offset, "expected bytes, found an object")
    }
    return try jsonBytesBody()
  }

  mutating func jsonLink() throws(DataError) -> CID {
    guard try peekToken() == UInt8(ascii: "{") else { throw jsonMismatch("a link") }
    var count = 0
    offset += 1
    depth += 1
    guard try nextJSONKey(&count), try jsonKey() == "$link" else {
      throw DataError(.typeMismatch, at: offset, "expected a link, found an object")
    }
    return try jsonLinkBody()
  }

  /// Reads what follows the key `$bytes`, up to the end of its object.
  private mutating func jsonBytesBody() throws(DataError) -> Bytes {
    try expect(UInt8(ascii: ":"))
    skipSpace()
    let start = offset
    let text = try jsonText()
    guard let bytes = Base64.dataModel.decode(text) else {
      throw DataError(.base64, at: start, "not base64")
    }
    try endOfForm("$bytes")
    return Bytes(bytes)
  }

  private mutating func jsonLinkBody() throws(DataError) -> CID {
    try expect(UInt8(ascii: ":"))
    skipSpace()
    let start = offset
    let text = try jsonText()
    guard let cid = CID(text: text) else {
      throw DataError(.malformedCID, at: start, "not a CID")
    }
    try endOfForm("$link")
    return try checked(cid, start)
  }

  private mutating func endOfForm(_ key: StaticString) throws(DataError) {
    guard try peekToken() == UInt8(ascii: "}") else {
      throw DataError(.reservedKey, at: offset, "other keys beside '\(key)'")
    }
    offset += 1
    depth -= 1
  }

  /// Enters an object of unknown type. A link or bytes is not an object in the data model, so it
  /// may be where an object would be nested too deeply.
  @inline(__always)
  mutating func enterObjectOrForm(_ start: Int) throws(DataError) {
    if depth == limits.depth, try isForm(start) {
      depth &+= 1
    } else {
      try enter(start)
    }
  }

  /// Whether the object at `start` begins with the key `$bytes` or `$link`.
  @inline(never)
  private mutating func isForm(_ start: Int) throws(DataError) -> Bool {
    let (position, level) = (offset, depth)
    defer { (offset, depth) = (position, level) }
    var count = 0
    offset = start + 1
    guard try nextJSONKey(&count) else { return false }
    return try jsonKey().isJSONForm
  }

  // MARK: Values of any type

  mutating func jsonValue() throws(DataError) -> DataValue {
    switch try peekToken() {
    case UInt8(ascii: "\""): return .string(try jsonText())
    case UInt8(ascii: "{"): return try jsonObject()
    case UInt8(ascii: "["):
      var cursor = try beginJSONArray()
      var items: [DataValue] = []
      while try nextJSONElement(&cursor) { items.append(try jsonValue()) }
      return .array(items)
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean(try jsonBoolean())
    case UInt8(ascii: "n"):
      guard try jsonNull() else { throw jsonMismatch("a value") }
      return .null
    default: return .integer(try jsonInteger())
    }
  }

  /// Reads a string that was recently the value of a `$type`.
  @inline(never)
  private mutating func recentType() -> String? {
    skipSpace()
    let start = offset + 1
    guard start < input.byteCount, input.byte(offset) == UInt8(ascii: "\"") else { return nil }
    let end = input.scanJSONText(start).end
    guard end < input.byteCount, input.byte(end) == UInt8(ascii: "\""),
      (16..<256).contains(end - start), end - start <= limits.stringLength,
      let text = RecentTypes.text(input, start, end)
    else { return nil }
    offset = end + 1
    return text
  }

  private mutating func jsonObject() throws(DataError) -> DataValue {
    let start = offset
    try enterObjectOrForm(start)
    offset += 1
    var entries: [DataObject.Entry] = []
    var count = 0
    // One of 64 marks for each key; as long as no mark occurs twice, no key is repeated.
    var marks: UInt64 = 0
    var mayRepeat = false
    while try nextJSONKey(&count) {
      let keyStart = offset
      let key = try jsonKey()
      let first = input.byte(keyStart + 1)
      if first == UInt8(ascii: "$") || first == UInt8(ascii: "\\"), key.isJSONForm {
        // Data model: "an object with the single key `$link`".
        if count > 1 {
          throw DataError(.reservedKey, at: keyStart, "other keys beside '\(key)'")
        }
        return key == "$link" ? .link(try jsonLinkBody()) : .bytes(try jsonBytesBody())
      }
      let mark = key.mark
      if marks & mark != 0 { mayRepeat = true }
      marks |= mark
      try expect(UInt8(ascii: ":"))
      if count == 1 { entries.reserveCapacity(6) }
      let type = first == UInt8(ascii: "$") && key == "$type" ? recentType() : nil
      let value = if let type { DataValue.string(type) } else { try jsonValue() }
      entries.append(DataObject.Entry(key: key, value: value))
    }
    guard mayRepeat else { return .object(DataObject(distinct: entries)) }
    guard let object = DataObject(unique: entries) else {
      throw DataError(.repeatedKey, at: start, "a key of the object is repeated")
    }
    return .object(object)
  }
}

extension String {
  /// Whether an object with this key represents another type in JSON.
  var isJSONForm: Bool {
    self == "$link" || self == "$bytes"
  }

  /// One of 64 bits, chosen by the length and the last bytes.
  fileprivate var mark: UInt64 {
    let utf8 = utf8.span.raw
    let last = utf8.paddedWord(max(0, utf8.byteCount - 8))
    let mixed = (last ^ UInt64(utf8.byteCount)) &* 0x9E37_79B9_7F4A_7C15
    return 1 &<< (mixed >> 58)
  }
}
