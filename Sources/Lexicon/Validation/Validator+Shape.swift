import ATProtoData
import ATProtoSyntax

extension Validator {
  /// Whether the nesting allows one more level. Reports a violation if it does not.
  mutating func hasRoom() -> Bool {
    if depth < SchemaValidation.maximumDepth { return true }
    report("depth", "nested more than \(SchemaValidation.maximumDepth) levels deep")
    return false
  }

  mutating func mismatch(_ value: DataValue, _ expected: String) {
    report("type", "\(value.kindName) where \(expected) is expected")
  }

  mutating func missing(_ field: String) {
    within(.key(field)) {
      $0.report(field == "$type" ? "$type" : "required", "field '\(field)' is missing")
    }
  }

  mutating func object(_ value: DataValue) -> DataObject? {
    if value.object == nil { mismatch(value, "an object") }
    return value.object
  }

  /// "The top-level data object must not have the structure of a compound data type, like blob".
  mutating func unknown(_ value: DataValue) {
    guard object(value) != nil else { return }
    if value.type == "blob" { report("type", "a blob where an object of any type is expected") }
    dataModel(value)
  }

  mutating func check(_ text: String, _ schema: StringSchema) {
    string(
      text,
      minLength: schema.length.minimum,
      maxLength: schema.length.maximum,
      minGraphemes: schema.graphemes.minimum,
      maxGraphemes: schema.graphemes.maximum,
      const: schema.const,
      oneOf: schema.enum?.map(\.value)
    )
    if let error = schema.format?.fault(in: text) { report("format", error.description) }
  }

  mutating func check(_ value: DataValue, _ schema: BlobSchema, _ rules: ValidationRules) {
    guard let object = object(value) else { return }
    if object["$type"] == nil && !rules.contains(.allowsLegacyBlobs) { return missing("$type") }
    do throws(DataError) {
      blob(try Blob(value), accept: schema.accept, maxSize: schema.maxSize)
    } catch {
      report("blob", error.path.isEmpty ? error.reason : "\(error.path): \(error.reason)")
    }
  }
}

extension DataValue {
  /// The kind of the value for messages: `a string`, `an object`, ….
  fileprivate var kindName: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .string: "a string"
    case .bytes: "bytes"
    case .link: "a link"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
