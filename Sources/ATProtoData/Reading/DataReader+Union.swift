extension DataReader {
  /// Returns the index of the member that the `$type` of the next object names, or -1 if it is not
  /// a member.
  ///
  /// Looks ahead without moving. Unless `$type` is one of the member's own fields, its next
  /// ``beginObject(_:)`` skips `$type`.
  public mutating func unionMember(_ members: borrowing MemberTable) throws(DataError) -> Int {
    if let notes = knownNotes, let preset = notes.presetType {
      let index = members.types.find(preset)
      if index >= 0 { notes.presetType = nil }
      return index
    }
    if isJSON {
      skipSpace()
    } else if let (from, to) = firstCBORType() {
      let index = members.types.find(input, from, to)
      typeAhead.object = index < 0 ? -1 : offset
      typeAhead.end = to
      return index
    }
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
    typeAhead.object = index < 0 ? -1 : start
    typeAhead.end = -1
    return index
  }

  /// The error for an object whose type is not a member of a closed union.
  public mutating func unknownMember() -> DataError {
    let start = offset
    var name = ""
    if let type = try? aheadType() {
      name = " '\((input.text(type.lowerBound, type.upperBound) ?? "?").excerpt)'"
    }
    offset = start
    return DataError(.unknownMember, at: start, "the type\(name) is not a member of the union")
  }

  /// Declares that the object of the next union has the type `type` and does not contain `$type`:
  /// event streams name the type in the frame's header.
  mutating func presetUnionType(_ type: String) {
    notes.presetType = type
  }

  /// Whether the preset type was a member of the union.
  var hasTakenUnionType: Bool { knownNotes?.presetType == nil }

  // MARK: Looking ahead
  //
  // The member reads skipped bytes again, so only the structure is followed here.

  /// The range of the next object's `$type`. It moves the position, as does each of its steps.
  private mutating func aheadType() throws(DataError) -> Range<Int>? {
    let start = offset
    if let notes = knownNotes, notes.ahead.covers(start) {
      let isObject = try isJSON ? peek() == UInt8(ascii: "{") : peek() >> 5 == 5
      let type = notes.ahead.type(of: start)
      if isObject, type != LookAhead.malformed { return type }
    }
    var passesObjects = false
    let type = isJSON ? try findJSONType(&passesObjects) : try findCBORType(&passesObjects)
    if passesObjects { notes.ahead.end(start..<offset) }
    return type
  }

  /// - Parameter passesObjects: receives whether other objects may come before it, in which case
  ///   the search has recorded them.
  private mutating func findCBORType(
    _ passesObjects: inout Bool
  ) throws(DataError) -> Range<Int>? {
    let initial = try peek()
    guard initial >> 5 == 5 else { throw mismatch("an object") }
    let start = offset
    var count = try argument(initial)
    if count > UInt64(limits.elements) { throw tooManyElements(start) }
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
      // Keys are in ascending order.
      if head > KeyTable.typeHead { return nil }
      offset = try keyEnd()
      // Arrays and objects.
      if try peek() >> 6 == 2 { beginNotes(&passesObjects) }
      try passCBORValue()
    }
    return nil
  }

  private mutating func passCBORValue() throws(DataError) {
    let start = offset
    let initial = try peek()
    switch initial >> 5 {
    case 2, 3: offset = try stringEnd(initial)
    case 4:
      let count = try argument(initial)
      if count > UInt64(limits.elements) { throw tooManyElements(start) }
      if count > UInt64(input.byteCount - offset) { throw truncated() }
      try enter(start)
      for _ in 0..<Int(count) { try passCBORValue() }
      depth -= 1
    case 5:
      let count = try argument(initial)
      if count > UInt64(limits.elements) { throw tooManyElements(start) }
      if count > UInt64(input.byteCount - offset) / 2 { throw truncated() }
      try enter(start)
      for _ in 0..<Int(count) {
        try passCBORKey(of: start)
        try passCBORValue()
      }
      depth -= 1
    case 6:
      guard initial == 0xD8, offset + 1 < input.byteCount, input.byte(offset + 1) == 42 else {
        throw mismatch("a link")
      }
      offset += 2
      let initial = try peek()
      guard initial >> 5 == 2 else { throw mismatch("a link's bytes") }
      offset = try stringEnd(initial)
    case 7:
      guard (0xF4...0xF6).contains(initial) else { throw mismatch("a value") }
      offset += 1
    default: _ = try argument(initial)
    }
  }

  private mutating func passCBORKey(of object: Int) throws(DataError) {
    let head = input.paddedWord(offset).byteSwapped
    guard head & KeyTable.typeMask == KeyTable.typeHead else {
      let size = Int(head >> 56) - 0x60
      if size >= 0, size < 24, size < input.byteCount - offset {
        offset += 1 + size
      } else {
        offset = try keyEnd()
      }
      return
    }
    offset = try keyEnd()
    guard try peek() >> 5 == 3 else { return notes.ahead.note(LookAhead.malformed, of: object) }
    let value = offset
    let end = try stringEnd(try peek())
    notes.ahead.note(offset..<end, of: object)
    // The value is skipped like any other.
    offset = value
  }

  private mutating func beginNotes(_ passesObjects: inout Bool) {
    if passesObjects { return }
    passesObjects = true
    notes.ahead.begin()
  }

  private mutating func findJSONType(
    _ passesObjects: inout Bool
  ) throws(DataError) -> Range<Int>? {
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
      if try peekToken() != UInt8(ascii: "\"") { beginNotes(&passesObjects) }
      try passJSONValue()
    }
    return nil
  }

  /// Skips a key whose quote comes next; returns whether it is `$type`.
  private mutating func passJSONKey() throws(DataError) -> Bool {
    let start = offset + 1
    try skipJSONText()
    // Only keys that begin like this can be `$type`, with or without escapes.
    switch input.byte(start) {
    case UInt8(ascii: "$"), UInt8(ascii: "\\"): break
    default: return false
    }
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
    switch try peekToken() {
    case UInt8(ascii: "\""): try skipJSONText()
    case UInt8(ascii: "{"):
      let start = offset
      try enterObjectOrForm(start)
      offset += 1
      var count = 0
      while try nextJSONKey(&count) {
        let isType = try passJSONKey()
        try expect(UInt8(ascii: ":"))
        if isType {
          let from = try peekToken() == UInt8(ascii: "\"") ? offset + 1 : nil
          try passJSONValue()
          notes.ahead.note(from.map { $0..<offset - 1 } ?? LookAhead.malformed, of: start)
        } else {
          try passJSONValue()
        }
      }
    case UInt8(ascii: "["):
      var cursor = try beginJSONArray()
      while try nextJSONElement(&cursor) { try passJSONValue() }
    default: skipJSONScalar()
    }
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
