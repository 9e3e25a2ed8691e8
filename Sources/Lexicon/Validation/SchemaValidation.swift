import ATProtoData
import ATProtoSyntax

/// One validation of a value against the schemas of a catalog.
///
/// `Validator`, which generated code calls too, checks the constraints. This type checks what
/// decoding checks in generated code: types, presence, null and unions.
struct SchemaValidation {
  /// The maximum nesting of objects and arrays, as in ``DataLimits``.
  static let maximumDepth = 256

  let catalog: Catalog
  let rules: ValidationRules
  private var validator = Validator()

  init(_ catalog: Catalog, _ rules: ValidationRules) {
    self.catalog = catalog
    self.rules = rules
    validator.allowsForeignBlobCodecs = rules.contains(.allowsForeignBlobCodecs)
  }

  var violations: [Violation] { validator.violations }

  /// The steps to the values of the violations. They are only kept if requested.
  var steps: [[DataPath]] { validator.steps }

  mutating func recordSteps() { validator.recordsSteps = true }

  mutating func check(_ value: DataValue, _ reference: Reference) {
    catalog.check(value, reference, rules, &validator)
  }

  mutating func check(_ value: DataValue, _ schema: Schema) {
    catalog.check(value, schema, rules, &validator)
  }
}

extension Catalog {
  fileprivate func check(
    _ value: DataValue,
    _ reference: Reference,
    _ rules: ValidationRules,
    _ validator: inout Validator
  ) {
    switch definition(reference)?.kind {
    case .record(let record):
      guard let object = validator.object(value) else { return }
      if object["$type"] == nil {
        validator.missing("$type")
      } else if object["$type"]?.string != reference.id {
        validator.within(.key("$type")) {
          $0.report("$type", "$type must be '\(reference.id)'")
        }
      }
      check(object, record.record, rules, &validator)
    case .schema(let schema): check(value, schema, rules, &validator)
    case .some: validator.report("reference", "'\(reference.id)' has no values")
    case nil: validator.report("reference", "the catalog has no definition '\(reference.id)'")
    }
  }

  fileprivate func check(
    _ value: DataValue,
    _ schema: Schema,
    _ rules: ValidationRules,
    _ validator: inout Validator
  ) {
    switch schema.kind {
    case .boolean(let boolean):
      guard let value = value.boolean else { return validator.mismatch(value, "a boolean") }
      if let const = boolean.const { validator.boolean(value, const: const) }
    case .integer(let integer):
      guard let value = value.integer else { return validator.mismatch(value, "an integer") }
      validator.integer(
        value,
        minimum: integer.minimum,
        maximum: integer.maximum,
        const: integer.const,
        oneOf: integer.enum
      )
    case .string(let string):
      guard let value = value.string else { return validator.mismatch(value, "a string") }
      validator.check(value, string)
    case .bytes(let length):
      guard let value = value.bytes else { return validator.mismatch(value, "bytes") }
      validator.bytes(value, minLength: length.minimum, maxLength: length.maximum)
    case .cidLink:
      if value.link == nil { validator.mismatch(value, "a link") }
    case .blob(let blob): validator.check(value, blob, rules)
    case .array(let array): check(value, array, rules, &validator)
    case .object(let object):
      guard let value = validator.object(value) else { return }
      check(value, object, rules, &validator)
    case .ref(let reference): check(value, reference, rules, &validator)
    case .union(let union): check(value, union, rules, &validator)
    case .unknown: validator.unknown(value)
    }
  }

  private func check(
    _ value: DataValue,
    _ array: ArraySchema,
    _ rules: ValidationRules,
    _ validator: inout Validator
  ) {
    guard let elements = value.array else { return validator.mismatch(value, "an array") }
    validator.count(
      elements.count,
      minLength: array.length.minimum,
      maxLength: array.length.maximum
    )
    guard validator.hasRoom() else { return }
    for (index, element) in elements.enumerated() where !validator.isFull {
      validator.within(.index(index)) { check(element, array.items, rules, &$0) }
    }
  }

  private func check(
    _ value: DataObject,
    _ schema: ObjectSchema,
    _ rules: ValidationRules,
    _ validator: inout Validator
  ) {
    guard validator.hasRoom() else { return }
    // Most objects are small, and searching them takes less time than building a table.
    var table: [String: DataValue]?
    if value.count > 16 {
      table = Dictionary(
        value.map { ($0.key, $0.value) },
        uniquingKeysWith: { _, last in last }
      )
    }
    var known = 0
    for property in schema.properties where !validator.isFull {
      let name = property.name.value
      guard let field = table == nil ? value[name] : table?[name] else {
        if property.isRequired { validator.missing(name) }
        continue
      }
      known += 1
      if property.isNullable && field.isNull { continue }
      validator.within(.key(name)) { check(field, property.schema, rules, &$0) }
    }
    // "Unexpected fields in data which otherwise conforms to the Lexicon should be ignored", but
    // they must be valid data.
    if known == value.count { return }
    let names = table.map { _ in Set(schema.properties.lazy.map(\.name.value)) }
    for (key, value) in value where !validator.isFull {
      if names?.contains(key) ?? schema.properties.contains(where: { $0.name.value == key }) {
        continue
      }
      // Any object may have a `$type`.
      if rules.contains(.reportsUnknownFields), key != "$type" {
        let names = schema.properties.lazy.map(\.name.value)
        let hint = Suggestion.hint(for: key, among: names.prefix(256)).text
        validator.within(.key(key)) {
          $0.report("unknown-field", "field '\(key.excerpt)' is not in the schema\(hint)")
        }
      }
      validator.dataModel(key, value)
    }
  }

  private func check(
    _ value: DataValue,
    _ union: UnionSchema,
    _ rules: ValidationRules,
    _ validator: inout Validator
  ) {
    guard let object = validator.object(value) else { return }
    guard let type = object["$type"] else { return validator.missing("$type") }
    guard let name = type.string else {
      return validator.within(.key("$type")) { $0.report("$type", "$type must be a string") }
    }
    if let reference = union.refs.first(where: { $0.isSpelled(name) }) {
      check(value, reference, rules, &validator)
    } else if let fault = TypeName.fault(in: name) {
      validator.within(.key("$type")) { $0.report("$type", fault) }
    } else if union.isClosed {
      validator.report("closed", "'\(name.excerpt)' is not a member of the union")
    } else {
      validator.dataModel(value)
    }
  }
}

extension Reference {
  /// Whether a `$type` is ``id``, without building that string.
  fileprivate func isSpelled(_ type: String) -> Bool {
    if definition == "main" { return type == nsid.string }
    let prefix = nsid.string.utf8.count
    return type.utf8.count == prefix + 1 + definition.utf8.count
      && type.utf8.starts(with: nsid.string.utf8)
      && type.utf8.dropFirst(prefix).elementsEqual("#\(definition)".utf8)
  }
}
