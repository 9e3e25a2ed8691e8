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
    guard let type = try aheadType() else {
      throw DataError(.missingType, at: start, "a union's object without $type")
    }
    let (from, to) = (type.lowerBound, type.upperBound)
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
    if let type = try? aheadType() {
      name = " '\(input.text(type.lowerBound, type.upperBound) ?? "?")'"
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

  /// Where the text of the next object's `$type` stands. Moves, and so does every step of it.
  private mutating func aheadType() throws(DataError) -> Range<Int>? {
    let start = offset
    if ahead.covers(start) {
      let isObject = try isJSON ? peek() == UInt8(ascii: "{") : peek() >> 5 == 5
      let type = ahead.type(of: start)
      if isObject, type != LookAhead.malformed { return type }
    }
    ahead.begin()
    let type = isJSON ? try findJSONType() : try findCBORType()
    ahead.end(start..<offset)
    return type
  }

  private mutating func findCBORType() throws(DataError) -> Range<Int>? {
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
        return offset..<end
      }
      // Keys ascend.
      if head > KeyTable.typeHead { return nil }
      offset = try keyEnd()
      try passCBORValue()
    }
    return nil
  }

  private mutating func passCBORValue() throws(DataError) {
    var levels: [PassedLevel] = []
    repeat {
      if let last = levels.indices.last {
        if levels[last].remaining == 0 {
          levels.removeLast()
          continue
        }
        levels[last].remaining -= 1
        // Keys come first of each two.
        if levels[last].isObject, !levels[last].remaining.isMultiple(of: 2) {
          try passCBORKey(levels[last].start)
          continue
        }
      }
      let start = offset
      let initial = try peek()
      switch initial >> 5 {
      case 2, 3: offset = try stringEnd(initial)
      case 4, 5:
        let isObject = initial >> 5 == 5
        let count = try argument(initial)
        if count > UInt64(input.byteCount - offset) { throw truncated() }
        if levels.count >= limits.depth {
          throw DataError(.depth, at: start, "nested too deeply")
        }
        levels.append(
          PassedLevel(start: start, isObject: isObject, remaining: isObject ? count * 2 : count)
        )
      case 6:
        _ = try argument(initial)
        // The tag's content takes its place.
        if levels.isEmpty {
          levels.append(PassedLevel(start: start, isObject: false, remaining: 1))
        } else {
          try passCBORContent()
        }
      default: _ = try argument(initial)
      }
    } while !levels.isEmpty
  }

  /// The content of a tag: bytes, or whatever the reader will refuse.
  private mutating func passCBORContent() throws(DataError) {
    let initial = try peek()
    guard initial >> 5 == 2 else { throw mismatch("a link's bytes") }
    offset = try stringEnd(initial)
  }

  private mutating func passCBORKey(_ object: Int) throws(DataError) {
    let isType =
      input.paddedWord(offset).byteSwapped & KeyTable.typeMask == KeyTable.typeHead
    offset = try keyEnd()
    guard isType else { return }
    guard try peek() >> 5 == 3 else { return ahead.note(LookAhead.malformed, of: object) }
    let value = offset
    let end = try stringEnd(try peek())
    ahead.note(offset..<end, of: object)
    // The value is passed over as any other.
    offset = value
  }

  private mutating func findJSONType() throws(DataError) -> Range<Int>? {
    guard try peekToken() == UInt8(ascii: "{") else { throw jsonMismatch("an object") }
    let level = depth
    defer { depth = level }
    offset += 1
    var count = 0
    while try nextJSONKey(&count) {
      let isType = try passJSONKey()
      try expect(UInt8(ascii: ":"))
      if isType {
        guard try peekToken() == UInt8(ascii: "\"") else { throw jsonMismatch("a string") }
        let from = offset + 1
        try skipJSONText()
        return from..<offset - 1
      }
      try passJSONValue()
    }
    return nil
  }

  /// Passes over a key whose quote comes next; whether it is `$type`.
  private mutating func passJSONKey() throws(DataError) -> Bool {
    let start = offset + 1
    try skipJSONText()
    return input.hasBackslash(start, offset - 1)
      ? try key(at: start - 1) == "$type" : input.slice(start, offset - 1).equals("$type")
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

  private mutating func passJSONValue() throws(DataError) {
    var levels: [PassedLevel] = []
    var expectsKey = false
    repeat {
      switch try peekToken() {
      case UInt8(ascii: "\""):
        guard expectsKey, let object = levels.last?.start else {
          try skipJSONText()
          break
        }
        expectsKey = false
        guard try passJSONKey(), try peekToken() == UInt8(ascii: ":") else { break }
        offset += 1
        guard try peekToken() == UInt8(ascii: "\"") else {
          ahead.note(LookAhead.malformed, of: object)
          break
        }
        let from = offset + 1
        try skipJSONText()
        ahead.note(from..<offset - 1, of: object)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if levels.count >= limits.depth {
          throw DataError(.depth, at: offset, "nested too deeply")
        }
        expectsKey = input.byte(offset) == UInt8(ascii: "{")
        levels.append(PassedLevel(start: offset, isObject: expectsKey))
        offset += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard !levels.isEmpty else { throw jsonMismatch("a value") }
        levels.removeLast()
        expectsKey = false
        offset += 1
      case UInt8(ascii: ",") where !levels.isEmpty:
        expectsKey = levels.last?.isObject ?? false
        offset += 1
      default:
        if levels.isEmpty { skipJSONScalar() } else { offset += 1 }
      }
    } while !levels.isEmpty
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
