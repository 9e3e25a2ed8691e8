extension DataReader {
  /// The index of the member that the next object's `$type` names, or -1 where it names none.
  ///
  /// Looks ahead and moves nothing. Unless the member has `$type` among its own fields, its next
  /// ``beginObject(_:)`` passes over `$type`.
  public mutating func unionMember(_ members: MemberTable) throws(DataError) -> Int {
    if let preset = presetType {
      presetType = nil
      return members.types.find(preset)
    }
    if isJSON { skipSpace() }
    let start = offset
    let range = isJSON ? try findJSONType() : try findCBORType()
    guard let (from, to) = range else {
      throw DataError(.missingType, at: start, "a union's object without $type")
    }
    var index = members.types.find(input, from, to)
    if isJSON && index < 0 && input.hasBackslash(from, to) {
      offset = from - 1
      index = members.types.find(try jsonText())
    }
    offset = start
    typedObject = index < 0 ? -1 : start
    return index
  }

  /// The error for an object that is of no member's type, for unions that are closed.
  public mutating func unknownMember() -> DataError {
    let start = offset
    var name = ""
    if let (from, to) = isJSON ? try? findJSONType() : try? findCBORType() {
      name = " '\(input.text(from, to) ?? "?")'"
    }
    offset = start
    return DataError(.unknownMember, at: start, "the type\(name) is no member of the union")
  }

  /// Says that the next union's object has the member type `type` and no `$type` inside: event
  /// streams name it in the frame's header.
  public mutating func presetUnionType(_ type: String) {
    presetType = type
  }

  // MARK: Looking ahead
  //
  // What is passed over is read again by the member, so only the structure is followed.

  private mutating func findCBORType() throws(DataError) -> (Int, Int)? {
    let initial = try peek()
    guard initial >> 5 == 5 else { throw mismatch("an object") }
    var count = try argument(initial)
    while count > 0 {
      count -= 1
      let head = input.paddedWord(offset).byteSwapped & KeyTable.typeMask
      if head == KeyTable.typeHead {
        offset += 6
        let initial = try peek()
        guard initial >> 5 == 3 else { throw mismatch("a string") }
        let end = try stringEnd(initial)
        return (offset, end)
      }
      // Keys ascend.
      if head > KeyTable.typeHead { return nil }
      offset = try keyEnd()
      try skipCBORValue()
    }
    return nil
  }

  private mutating func skipCBORValue() throws(DataError) {
    var pending: UInt64 = 1
    while pending > 0 {
      pending -= 1
      let initial = try peek()
      switch initial >> 5 {
      case 2, 3: offset = try stringEnd(initial)
      case 4, 5:
        let isObject = initial >> 5 == 5
        let count = try argument(initial)
        if count > UInt64(input.byteCount - offset) { throw truncated() }
        pending += isObject ? count * 2 : count
      case 6:
        _ = try argument(initial)
        pending += 1
      default: _ = try argument(initial)
      }
    }
  }

  private mutating func findJSONType() throws(DataError) -> (Int, Int)? {
    guard try peekToken() == UInt8(ascii: "{") else { throw jsonMismatch("an object") }
    let level = depth
    defer { depth = level }
    offset += 1
    var count = 0
    while try nextJSONKey(&count) {
      let start = offset + 1
      try skipJSONText()
      let isType =
        input.hasBackslash(start, offset - 1)
        ? try key(at: start - 1) == "$type" : input.slice(start, offset - 1).equals("$type")
      try expect(UInt8(ascii: ":"))
      if isType {
        guard try peekToken() == UInt8(ascii: "\"") else { throw jsonMismatch("a string") }
        let from = offset + 1
        try skipJSONText()
        return (from, offset - 1)
      }
      try skipJSONValue()
    }
    return nil
  }

  private mutating func key(at start: Int) throws(DataError) -> String {
    let after = offset
    offset = start
    defer { offset = after }
    return try jsonKey()
  }

  private mutating func skipJSONText() throws(DataError) {
    offset += 1
    while true {
      offset = input.scanJSONText(offset).end
      let byte = try peek()
      offset += 1
      if byte == UInt8(ascii: "\"") { return }
      if byte == UInt8(ascii: "\\") { offset += 1 }
    }
  }

  private mutating func skipJSONValue() throws(DataError) {
    var level = 0
    repeat {
      switch try peekToken() {
      case UInt8(ascii: "\""): try skipJSONText()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        level += 1
        offset += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        level -= 1
        offset += 1
      default:
        if level > 0 {
          offset += 1
        } else {
          skipJSONScalar()
        }
      }
    } while level > 0
  }

  private mutating func skipJSONScalar() {
    while offset < input.byteCount {
      switch input.byte(offset) {
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D: return
      default: offset += 1
      }
    }
  }
}

extension RawSpan {
  fileprivate func hasBackslash(_ start: Int, _ end: Int) -> Bool {
    for index in start..<end where byte(index) == UInt8(ascii: "\\") { return true }
    return false
  }
}
