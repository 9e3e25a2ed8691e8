public import ATProtoSyntax

/// Reads values from DAG-CBOR or atproto JSON, the same calls for both.
///
/// A view of bytes that it does not own. Every method reads one item at the current position and
/// moves behind it; after an error the position means nothing. Types read themselves through
/// ``LexiconValue/init(from:)``; a document is read with ``LexiconValue/init(cbor:limits:rules:)``
/// and its siblings, which check size and trailing bytes and complete errors with their paths.
public struct DataReader: ~Copyable, ~Escapable {
  let input: RawSpan
  var offset = 0
  let isJSON: Bool
  let allowsForeignCIDs: Bool
  let limits: DataLimits
  let smallText = SmallText()
  var depth = 0
  var stack = StackGuard()
  /// The object whose `$type` was read ahead for a union.
  var typedObject = -1
  /// DAG-CBOR: where that `$type` ends, if it is the object's first field; else -1.
  var typeEnd = -1
  /// Nil until something is noted.
  private(set) var knownNotes: ReaderNotes?
  /// The bytes of the input that were copied last, for texts that share them.
  private var window: TextWindow?
  private var windowStart = 0
  private var windowEnd = 0

  /// The size of a document must have been checked: an initialiser that throws builds the reader
  /// elsewhere and copies it.
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

  // MARK: Scalars

  public mutating func text() throws(DataError) -> String {
    if isJSON { try jsonText() } else { try cborText() }
  }

  /// A text that is kept in place if it is short.
  public mutating func shortText() throws(DataError) -> ShortText {
    if isJSON { try jsonShortText() } else { try cborShortText() }
  }

  /// A text that may share a copy of the input's bytes with those near it.
  public mutating func sharedText() throws(DataError) -> SharedText {
    if isJSON { try jsonSharedText() } else { try cborSharedText() }
  }

  public mutating func integer() throws(DataError) -> Int {
    if isJSON { try jsonInteger() } else { try cborInteger() }
  }

  public mutating func boolean() throws(DataError) -> Bool {
    if isJSON { try jsonBoolean() } else { try cborBoolean() }
  }

  public mutating func bytes() throws(DataError) -> Bytes {
    if isJSON { try jsonBytes() } else { try cborBytes() }
  }

  public mutating func link() throws(DataError) -> CID {
    if isJSON { try jsonLink() } else { try cborLink() }
  }

  /// Reads null if it comes next.
  public mutating func null() throws(DataError) -> Bool {
    if isJSON { return try jsonNull() }
    guard try peek() == 0xF6 else { return false }
    offset += 1
    return true
  }

  // MARK: Arrays

  public mutating func beginArray() throws(DataError) -> ArrayCursor {
    if isJSON { try beginJSONArray() } else { try beginCBORArray() }
  }

  /// Whether another element follows; false ends the array.
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

  public mutating func beginObject(_ fields: borrowing FieldTable) throws(DataError) -> ObjectCursor
  {
    let start = offset
    if !isJSON, typedObject != start, let count = enterUsualObject() {
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
        skipsType: typedObject == start && keys.typeIndex < 0
      )
    }
    let start = offset
    let count = if let usual = enterUsualObject() { usual } else { try enterCBORObject() }
    let skipsType = typedObject == start && keys.typeIndex < 0
    if skipsType && typeEnd >= 0 {
      offset = typeEnd
      return firstTypePassed(keys, start: start, count: count)
    }
    return ObjectCursor(keys, start: start, count: count, skipsType: skipsType)
  }

  /// The index of the next known field, whose value must be read next; nil at the object's end.
  ///
  /// Unknown fields are read into the cursor. A table that names `$type` is a record's: an object
  /// without it is refused.
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

  /// Whether fields come in the order of their tables, so that ``hasField(_:_:)`` may ask for one
  /// after the other: in DAG-CBOR.
  public var isOrdered: Bool { !isJSON }

  /// Whether the field of this index, which is asked for in the order of the table, comes next; its
  /// value must be read next then. For DAG-CBOR only.
  ///
  /// In straight lines each field is asked for once, where the loop over ``nextField(_:)`` looks up
  /// what comes and leads to it by a jump that no processor predicts.
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

  /// Ends an object whose fields were all asked for.
  public mutating func endObject(_ cursor: inout ObjectCursor) throws(DataError) {
    if cursor.count == 0 && cursor.firstUnknown < 0 && !cursor.lacksType {
      depth &-= 1
    } else {
      try endUnusualCBORObject(&cursor)
    }
  }

  /// The value of a required field, or an error that names it.
  @inlinable
  public mutating func required<T>(
    _ value: consuming T?,
    _ index: Int,
    _ cursor: borrowing ObjectCursor
  ) throws(DataError) -> T {
    guard let value else { throw missingField(index, cursor) }
    return value
  }

  /// The error that names the first field, of those that are required, that an object of at most
  /// 64 known fields did not have.
  public mutating func missing(_ cursor: borrowing ObjectCursor, _ required: Int...) -> DataError {
    let seen = cursor.seen
    return missingField(required.first { seen & (1 &<< UInt64($0)) == 0 } ?? 0, cursor)
  }

  @usableFromInline
  mutating func missingField(_ index: Int, _ cursor: borrowing ObjectCursor) -> DataError {
    let name = cursor.keys.name(index)
    return DataError(.missingField, at: cursor.start, "field '\(name)' is missing", key: name)
  }

  /// The fields of an object that its table does not name; to be asked for when ``nextField(_:)``
  /// has just found the object's end.
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

  /// Keeps the unknown fields of an object that ends for the caller who asks for them.
  mutating func endUnknownFields(_ cursor: borrowing ObjectCursor) {
    let notes = notes
    notes.endedFields = UnknownFields(notes.unknownEntries[cursor.firstUnknown...])
    notes.unknownEntries.removeSubrange(cursor.firstUnknown...)
  }

  /// Reads a record's `$type`, which must be `nsid`.
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
        "$type is '\(text.excerpt)' where '\(nsid)' is expected"
      )
    }
  }

  // MARK: Documents

  /// What must hold when a document was read.
  @usableFromInline
  mutating func finish() throws(DataError) {
    if isJSON { skipSpace() }
    if offset != input.byteCount {
      throw DataError(.trailingBytes, at: offset, "bytes follow the document")
    }
  }

  // MARK: Steps shared by both formats

  /// The text in a range that is UTF-8.
  @inline(__always)
  mutating func sharedText(_ start: Int, _ end: Int) -> SharedText {
    if let window, start >= windowStart, end <= windowEnd {
      return SharedText(window, start: start &- windowStart, count: end &- start)
    }
    return SharedText(moveWindow(start, end), start: 0, count: end &- start)
  }

  @inline(never)
  private mutating func moveWindow(_ start: Int, _ end: Int) -> TextWindow {
    windowStart = start
    windowEnd = max(end, min(start + SharedText.windowSize, input.byteCount))
    let window = TextWindow.copy(input.slice(start, windowEnd))
    self.window = window
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
