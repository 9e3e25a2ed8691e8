public import ATProtoSyntax

/// Writes values as DAG-CBOR or atproto JSON with the same methods.
///
/// The output is canonical DAG-CBOR, regardless of the order of the calls, or JSON without white
/// space, with keys in the same canonical order. Types write themselves with
/// ``LexiconValue/encode(to:)``.
public struct DataWriter: ~Copyable {
  var output: OutputBytes
  let isJSON: Bool
  /// The union member that the next object is; the object writes its `$type`.
  private var pendingType: (table: KeyTable, index: Int)?
  private var omitsType = false
  private let smallText = SmallText()
  /// The unknown fields of the objects that are being written and have any, those of the innermost
  /// object last.
  private var unknownFields: [UnknownFields] = []

  init(isJSON: Bool, capacity: Int = 1000) {
    self.init(OutputBytes(capacity: capacity), isJSON: isJSON)
  }

  init(_ output: consuming OutputBytes, isJSON: Bool) {
    self.output = output
    self.isJSON = isJSON
  }

  consuming func finish() -> OutputBytes { output }

  // MARK: Scalars

  /// Writes null.
  public mutating func null() {
    if isJSON { output.append(literal: 0x6C6C_756E, 4) } else { output.append(0xF6) }
  }

  /// Writes a boolean.
  public mutating func boolean(_ value: Bool) {
    if !isJSON {
      output.append(value ? 0xF5 : 0xF4)
    } else if value {
      output.append(literal: 0x6575_7274, 4)
    } else {
      output.append(literal: 0x65_736C_6166, 5)
    }
  }

  /// Writes an integer.
  public mutating func integer(_ value: Int) {
    if isJSON {
      output.appendDecimal(value)
    } else {
      output.reserve(9)
      output.putHead(major: value < 0 ? 0x20 : 0, UInt64(value < 0 ? -1 - value : value))
    }
  }

  /// Writes a string.
  public mutating func text(_ value: String) {
    if let small = smallText.content(of: value) {
      if isJSON ? output.putJSONText(small) : output.putText(small) { return }
    }
    value.withBytes { bytes in text(bytes: bytes) }
  }

  private mutating func text(_ value: StaticString) {
    value.withBytes { bytes in text(bytes: bytes) }
  }

  private mutating func text(bytes: RawSpan) {
    if isJSON {
      output.putJSONText(bytes)
    } else {
      output.appendText(bytes)
    }
  }

  /// Writes a string.
  public mutating func text(_ value: ShortText) {
    let tail = value.tail
    if tail.count == 0 { return text(value.head) }
    guard let head = smallText.content(of: value.head) else { return text(value.string) }
    if isJSON {
      if !output.putJSONText(head, tail) { text(value.string) }
    } else {
      output.putText(head, tail)
    }
  }

  /// Writes a string.
  public mutating func text(_ value: SharedText) {
    value.withSpan { bytes in text(bytes: bytes) }
  }

  /// Writes a byte string.
  public mutating func bytes(_ value: Bytes) {
    bytes(value.array.span.raw)
  }

  /// Writes a byte string.
  public mutating func bytes(_ value: RawSpan) {
    if isJSON {
      output.append(form: "$bytes")
      output.appendBase64(value)
      output.append(literal: 0x7D22, 2)
    } else {
      output.reserve(9)
      output.putHead(major: 0x40, UInt64(value.byteCount))
      output.append(value)
    }
  }

  /// Writes a link.
  public mutating func link(_ value: CID) {
    if isJSON {
      output.append(form: "$link")
      value.appendText(to: &output)
      output.append(literal: 0x7D22, 2)
    } else {
      value.appendLink(to: &output)
    }
  }

  // MARK: Arrays

  /// Begins an array.
  ///
  /// - Parameter count: the exact number of elements that follow.
  public mutating func beginArray(count: Int) -> ArrayScope {
    if isJSON {
      output.append(UInt8(ascii: "["))
    } else {
      output.reserve(9)
      output.putHead(major: 0x80, UInt64(count))
    }
    return ArrayScope()
  }

  /// Begins an element; call it before writing each one.
  public mutating func element(_ scope: inout ArrayScope) {
    if isJSON && scope.count > 0 { output.append(UInt8(ascii: ",")) }
    scope.count += 1
  }

  /// Ends an array.
  public mutating func endArray(_ scope: inout ArrayScope) {
    if isJSON { output.append(UInt8(ascii: "]")) }
  }

  // MARK: Objects

  /// Begins an object whose known fields follow, in the order of the table.
  public mutating func beginObject(
    _ fields: borrowing FieldTable,
    _ unknownFields: UnknownFields = UnknownFields()
  ) -> ObjectScope {
    var unknown = -1
    if !unknownFields.isEmpty {
      unknown = self.unknownFields.count
      self.unknownFields.append(unknownFields)
    }
    var scope = ObjectScope(fields.keys, start: output.count, unknown: unknown)
    if let type = pendingType {
      pendingType = nil
      if fields.keys.typeIndex < 0 {
        scope.type = type
        scope.isPlain = false
      }
    }
    // The header's usual byte; the number of fields is known only at the end.
    output.append(isJSON ? UInt8(ascii: "{") : 0xA0)
    return scope
  }

  /// Writes a known field, key and value.
  @inlinable
  public mutating func field<Value: LexiconValue>(
    _ index: Int,
    _ value: Value,
    _ scope: inout ObjectScope
  ) {
    key(index, &scope)
    value.encode(to: &self)
  }

  /// Writes a known field unless its value is nil.
  @inlinable
  public mutating func optional<Value: LexiconValue>(
    _ index: Int,
    _ value: Value?,
    _ scope: inout ObjectScope
  ) {
    guard let value else { return }
    key(index, &scope)
    value.encode(to: &self)
  }

  /// Writes a record's `$type`.
  public mutating func type(_ index: Int, _ nsid: StaticString, _ scope: inout ObjectScope) {
    key(index, &scope)
    text(nsid)
  }

  /// Writes the key of a known field; its value must follow.
  public mutating func key(_ index: Int, _ scope: inout ObjectScope) {
    if !scope.isPlain { merge(before: index, &scope) }
    if isJSON {
      output.append(scope.count == 0 ? scope.keys.firstJSONKey(index) : scope.keys[index].json)
    } else {
      output.append(scope.keys[index].cbor)
    }
    scope.count += 1
  }

  /// Ends an object.
  public mutating func endObject(_ scope: inout ObjectScope) {
    if !scope.isPlain {
      merge(before: scope.keys.count, &scope)
      if scope.unknown >= 0 { unknownFields.removeLast() }
    }
    if isJSON {
      output.append(UInt8(ascii: "}"))
    } else if scope.count < 24 {
      output[scope.start] = 0xA0 | UInt8(scope.count)
    } else {
      lengthenHeader(scope)
    }
  }

  /// Writes the unknown fields, and a member's `$type`, that belong before the known field `index`.
  @inline(never)
  private mutating func merge(before index: Int, _ scope: inout ObjectScope) {
    let keys = scope.keys
    let unknown = scope.unknown < 0 ? UnknownFields() : unknownFields[scope.unknown]
    while scope.nextUnknown < unknown.count {
      let (key, value) = unknown[position: scope.nextUnknown]
      if index < keys.count {
        let order = keys.order(index, key)
        // A field that is in the table is not written a second time.
        if order == 0 { scope.nextUnknown += 1 }
        if order <= 0 { break }
      }
      if scope.type != nil && !canonicallyPrecedes(key, "$type") {
        writeType(&scope)
      }
      scope.nextUnknown += 1
      if key == "$type" && scope.wroteType { continue }
      unknownKey(key, &scope)
      value.encode(to: &self)
    }
    if scope.type != nil && index >= keys.typePosition { writeType(&scope) }
  }

  private mutating func writeType(_ scope: inout ObjectScope) {
    guard let (table, index) = scope.type else { return }
    scope.type = nil
    scope.wroteType = true
    // The following fields need no merging, unless there are unknown fields.
    scope.isPlain = scope.unknown < 0
    unknownKey("$type", &scope)
    if isJSON {
      output.append(table.jsonString(index))
    } else {
      output.append(table[index].cbor)
    }
  }

  private mutating func unknownKey(_ key: String, _ scope: inout ObjectScope) {
    if isJSON {
      if scope.count > 0 { output.append(UInt8(ascii: ",")) }
      text(key)
      output.append(UInt8(ascii: ":"))
    } else {
      text(key)
    }
    scope.count += 1
  }

  @inline(never)
  private mutating func lengthenHeader(_ scope: ObjectScope) {
    var head = OutputBytes(capacity: 9)
    head.putHead(major: 0xA0, UInt64(scope.count))
    output.openGap(at: scope.start + 1, head.count - 1)
    for index in 0..<head.count { output[scope.start + index] = head[index] }
  }

  // MARK: Unions

  /// Writes a union's member with the `$type` at `index` in its canonical place.
  ///
  /// A member that is a record writes its own `$type`.
  @inlinable
  public mutating func member<Value: LexiconValue>(
    _ index: Int,
    _ value: Value,
    _ members: borrowing MemberTable
  ) {
    setType(index, members)
    value.encode(to: &self)
  }

  @usableFromInline
  mutating func setType(_ index: Int, _ members: borrowing MemberTable) {
    pendingType = omitsType ? nil : (members.types, index)
    omitsType = false
  }

  /// Omits the `$type` of the next member: event streams name it in the frame's header.
  mutating func omitsNextUnionType() {
    omitsType = true
  }

  // MARK: Values of any type

  /// Writes the key of an entry with the punctuation around it. A short key is not copied.
  @inline(__always)
  private mutating func key(_ entries: Span<DataObject.Entry>, _ index: Int) {
    if let small = smallText.content(ofKeyIn: entries, at: index) {
      if isJSON ? output.putJSONKey(small, isFirst: index == 0) : output.putText(small) { return }
    }
    if isJSON && index > 0 { output.append(UInt8(ascii: ",")) }
    text(entries[index].key)
    if isJSON { output.append(UInt8(ascii: ":")) }
  }

  mutating func object(_ object: DataObject) {
    if isJSON {
      output.append(UInt8(ascii: "{"))
    } else {
      output.reserve(9)
      output.putHead(major: 0xA0, UInt64(object.count))
    }
    if object.isCanonical {
      fields(object.entries.span)
    } else {
      fields(object.canonicalEntries.span)
    }
    if isJSON { output.append(UInt8(ascii: "}")) }
  }

  private mutating func fields(_ entries: Span<DataObject.Entry>) {
    for index in entries.indices {
      key(entries, index)
      entries.withElement(index) { entry in entry.value.encode(to: &self) }
    }
  }
}
