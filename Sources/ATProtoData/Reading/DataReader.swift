public import ATProtoSyntax

/// Reads values from DAG-CBOR or atproto JSON with the same methods.
///
/// It is a view of bytes that it does not own. Each method reads one item at the current position
/// and moves past it; after an error, the position is undefined. Types read themselves with
/// ``LexiconValue/init(from:)``. A document is read with ``LexiconValue/init(cbor:limits:rules:)``
/// and its siblings, which check the size and trailing bytes and add paths to errors.
public struct DataReader: ~Copyable, ~Escapable {
  let input: RawSpan
  var offset = 0
  let isJSON: Bool
  let allowsForeignCIDs: Bool
  let limits: DataLimits
  let smallText = SmallText()
  var depth = 0
  var stack = StackGuard()
  var typeAhead = TypeAhead()
  /// Nil until something is recorded.
  private(set) var knownNotes: ReaderNotes?
  private var copied = CopiedRange()

  /// The size of a document must be checked before: an initializer that throws would build the
  /// reader elsewhere and copy it.
  @usableFromInline
  @_lifetime(copy input)
  init(_ input: RawSpan, isJSON: Bool, limits: DataLimits, rules: DecodingRules) {
    self.input = input
    self.isJSON = isJSON
    self.limits = limits
    allowsForeignCIDs = rules.contains(.allowsForeignCIDs)
  }

  var notes: ReaderNotes {
    @inline(never)
    mutating get {
      if let knownNotes { return knownNotes }
      let notes = ReaderNotes()
      knownNotes = notes
      return notes
    }
  }

  /// The offset of the next item from the beginning of the input.
  package var position: Int { offset }

  // MARK: Scalars

  /// Reads a string.
  public mutating func text() throws(DataError) -> String {
    if isJSON { try jsonText() } else { try cborText() }
  }

  /// Reads a string that is stored inline if it is short.
  public mutating func shortText() throws(DataError) -> ShortText {
    if isJSON { try jsonShortText() } else { try cborShortText() }
  }

  /// Reads a string that may share a copy of the input's bytes with its neighbors.
  public mutating func sharedText() throws(DataError) -> SharedText {
    if isJSON { try jsonSharedText() } else { try cborSharedText() }
  }

  /// Reads a 64-bit integer.
  public mutating func integer() throws(DataError) -> Int {
    if isJSON { try jsonInteger() } else { try cborInteger() }
  }

  /// Reads a boolean.
  public mutating func boolean() throws(DataError) -> Bool {
    if isJSON { try jsonBoolean() } else { try cborBoolean() }
  }

  /// Reads a byte string.
  public mutating func bytes() throws(DataError) -> Bytes {
    if isJSON { try jsonBytes() } else { try cborBytes() }
  }

  /// Reads a link. Throws ``DataError/Code/foreignCID`` for a CID that is not in the blessed form,
  /// unless the rules allow it.
  public mutating func link() throws(DataError) -> CID {
    if isJSON { try jsonLink() } else { try cborLink() }
  }

  /// Reads null if it comes next, and returns whether it did.
  public mutating func null() throws(DataError) -> Bool {
    if isJSON { return try jsonNull() }
    guard try peek() == 0xF6 else { return false }
    offset += 1
    return true
  }

  // MARK: Arrays

  /// Enters an array.
  public mutating func beginArray() throws(DataError) -> ArrayCursor {
    if isJSON { try beginJSONArray() } else { try beginCBORArray() }
  }

  /// Returns whether another element follows, which must be read next. Returns false at the end of
  /// the array.
  public mutating func nextElement(_ cursor: inout ArrayCursor) throws(DataError) -> Bool {
    if isJSON { return try nextJSONElement(&cursor) }
    if cursor.count == 0 {
      depth -= 1
      return false
    }
    cursor.count -= 1
    return true
  }

  // MARK: Objects

  /// Enters an object with the known fields of a table.
  public mutating func beginObject(_ fields: borrowing FieldTable) throws(DataError) -> ObjectCursor
  {
    let start = offset
    if !isJSON, typeAhead.object != start, let count = enterUsualObject() {
      return ObjectCursor(fields.keys, start: start, count: count, skipsType: false)
    }
    return try beginUnusualObject(fields)
  }

  @inline(never)
  private mutating func beginUnusualObject(
    _ fields: borrowing FieldTable
  ) throws(DataError) -> ObjectCursor {
    let keys = fields.keys
    if isJSON {
      let start = try enterJSONObject()
      return ObjectCursor(
        keys,
        start: start,
        count: 0,
        wide: keys.count > 64 ? roomForMarks(keys.count / 64) : 0,
        skipsType: typeAhead.object == start && keys.typeIndex < 0
      )
    }
    let start = offset
    let count = if let usual = enterUsualObject() { usual } else { try enterCBORObject() }
    let skipsType = typeAhead.object == start && keys.typeIndex < 0
    if skipsType && typeAhead.end >= 0 {
      offset = typeAhead.end
      return firstTypePassed(keys, start: start, count: count)
    }
    return ObjectCursor(keys, start: start, count: count, skipsType: skipsType)
  }

  /// Returns the index of the next known field, whose value must be read next, or nil at the
  /// object's end.
  ///
  /// Unknown fields are read into the cursor. A table with `$type` belongs to a record: an object
  /// without it is rejected.
  public mutating func nextField(_ cursor: inout ObjectCursor) throws(DataError) -> Int? {
    if isJSON { return try nextJSONField(&cursor) }
    let index = usualCBORKey(&cursor)
    if index >= 0 { return index }
    if cursor.count == 0 && cursor.firstUnknown < 0 && !cursor.lacksType {
      depth -= 1
      return nil
    }
    return try nextCBORField(&cursor)
  }

  /// Whether fields come in the order of their tables, so that ``hasField(_:_:)`` can check for one
  /// after another; true for DAG-CBOR.
  public var isOrdered: Bool { !isJSON }

  /// Returns whether the field with this index comes next. If so, its value must be read next.
  ///
  /// Only for DAG-CBOR, and only in the order of the table. Checking for each field in
  /// straight-line code is faster than a loop over ``nextField(_:)``, which looks up the key and
  /// jumps in a way that processors cannot predict.
  public mutating func hasField(
    _ index: Int,
    _ cursor: inout ObjectCursor
  ) throws(DataError) -> Bool {
    guard cursor.count > 0 else { return false }
    let start = offset
    if start &+ 16 <= input.byteCount {
      let (order, size) = cursor.keys.usualOrder(index, input, at: start)
      if order < 0 { return false }
      if order == 0, index >= cursor.next {
        cursor.count &-= 1
        cursor.next = index &+ 1
        cursor.seen |= 1 &<< UInt64(truncatingIfNeeded: index)
        offset = start &+ size
        return true
      }
    }
    return try hasUnusualCBORField(index, &cursor)
  }

  /// Ends an object after all of its fields have been checked with ``hasField(_:_:)``.
  public mutating func endObject(_ cursor: inout ObjectCursor) throws(DataError) {
    if cursor.count == 0 && cursor.firstUnknown < 0 && !cursor.lacksType {
      depth &-= 1
    } else {
      try endUnusualCBORObject(&cursor)
    }
  }

  /// Returns the value of a required field, or throws an error that names it.
  @inlinable
  public mutating func required<T>(
    _ value: consuming T?,
    _ index: Int,
    _ cursor: borrowing ObjectCursor
  ) throws(DataError) -> T {
    guard let value else { throw missingField(index, cursor) }
    return value
  }

  /// The error that names the first missing required field of an object with at most 64 known
  /// fields.
  public mutating func missing(_ cursor: borrowing ObjectCursor, _ required: Int...) -> DataError {
    let seen = cursor.seen
    return missingField(required.first { seen & (1 &<< UInt64($0)) == 0 } ?? 0, cursor)
  }

  @usableFromInline
  mutating func missingField(_ index: Int, _ cursor: borrowing ObjectCursor) -> DataError {
    let name = cursor.keys.name(index)
    return DataError(.missingField, at: cursor.start, "field '\(name)' is missing", key: name)
  }

  /// Returns the fields of an object that are not in its table. Call it right after
  /// ``nextField(_:)`` has returned nil for that object.
  @inlinable
  public mutating func unknownFields(_ cursor: borrowing ObjectCursor) -> UnknownFields {
    cursor.firstUnknown < 0 ? UnknownFields() : takeEndedFields()
  }

  @usableFromInline
  @inline(never)
  mutating func takeEndedFields() -> UnknownFields {
    let notes = notes
    defer { notes.endedFields = UnknownFields() }
    return notes.endedFields
  }

  @inline(never)
  mutating func addUnknownField(
    _ key: String,
    _ value: DataValue,
    _ cursor: inout ObjectCursor
  ) {
    let notes = notes
    if cursor.firstUnknown < 0 { cursor.firstUnknown = notes.unknownEntries.count }
    notes.unknownEntries.append(DataObject.Entry(key: key, value: value))
  }

  /// At the end of an object, keeps its unknown fields for the caller.
  mutating func endUnknownFields(_ cursor: borrowing ObjectCursor) {
    let notes = notes
    notes.endedFields = UnknownFields(notes.unknownEntries[cursor.firstUnknown...])
    notes.unknownEntries.removeSubrange(cursor.firstUnknown...)
  }

  /// Reads a record's `$type`, which must be `nsid`. Throws ``DataError/Code/wrongType``.
  public mutating func type(_ nsid: StaticString) throws(DataError) {
    let isRead = isJSON ? try readJSONText(equalTo: nsid) : readCBORText(equalTo: nsid)
    if !isRead { try unusualType(nsid) }
  }

  @inline(never)
  private mutating func unusualType(_ nsid: StaticString) throws(DataError) {
    let start = offset
    let text = try text()
    if !text.utf8.elementsEqual(nsid.description.utf8) {
      throw DataError(
        .wrongType,
        at: start,
        "expected the $type '\(nsid)', found '\(text.excerpt)'"
      )
    }
  }

  // MARK: Documents

  /// Checks the requirements for a document after it has been read.
  @usableFromInline
  mutating func finish() throws(DataError) {
    if isJSON { skipSpace() }
    if offset != input.byteCount {
      throw DataError(.trailingBytes, at: offset, "bytes follow the document")
    }
  }

  // MARK: Steps shared by both formats

  /// The text in a range, which must be UTF-8.
  @inline(__always)
  mutating func sharedText(_ start: Int, _ end: Int) -> SharedText {
    if let window = copied.window, start >= copied.start, end <= copied.end {
      return SharedText(window, start: start &- copied.start, count: end &- start)
    }
    return SharedText(moveWindow(start, end), start: 0, count: end &- start)
  }

  @inline(never)
  private mutating func moveWindow(_ start: Int, _ end: Int) -> TextWindow {
    copied.start = start
    copied.end = max(end, min(start + SharedText.windowSize, input.byteCount))
    let window = TextWindow.copy(input.slice(start, copied.end))
    copied.window = window
    return window
  }

  @inline(__always)
  mutating func peek() throws(DataError) -> UInt8 {
    guard offset < input.byteCount else { throw truncated() }
    return input.byte(offset)
  }

  @inline(never)
  mutating func truncated() -> DataError {
    DataError(.truncated, at: input.byteCount, "the input ends too early")
  }

  /// Enters an object or array.
  @inline(__always)
  mutating func enter(_ start: Int) throws(DataError) {
    depth &+= 1
    if depth > limits.depth || !stack.hasRoom() { throw tooDeep(start) }
  }

  @inline(never)
  private mutating func tooDeep(_ start: Int) -> DataError {
    DataError(.depth, at: start, "nested too deeply")
  }

  @inline(never)
  mutating func tooManyElements(_ offset: Int) -> DataError {
    DataError(.elements, at: offset, "more than \(limits.elements) elements")
  }

  @inline(never)
  mutating func tooLong(_ offset: Int, _ limit: Int, _ code: DataError.Code) -> DataError {
    DataError(code, at: offset, "longer than \(limit) bytes")
  }

  @inline(never)
  mutating func repeated(_ key: String, _ offset: Int) -> DataError {
    DataError(.repeatedKey, at: offset, "key '\(key.excerpt)' is repeated")
  }

  mutating func checked(_ cid: CID, _ offset: Int) throws(DataError) -> CID {
    if !cid.isBlessed && !allowsForeignCIDs {
      throw DataError(
        .foreignCID,
        at: offset,
        "the CID is not version 1, dag-cbor or raw, SHA-256"
      )
    }
    return cid
  }
}

/// The `$type` that was read ahead for a union.
struct TypeAhead {
  /// Where its object begins; -1 if there is none.
  var object = -1
  /// DAG-CBOR: where the `$type` ends, if it is the object's first field; otherwise -1.
  var end = -1
}

/// The bytes of the input that were copied last, for strings that share them.
private struct CopiedRange {
  var window: TextWindow?
  var start = 0
  var end = 0
}
