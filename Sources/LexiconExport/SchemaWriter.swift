import Lexicon

/// Writes definitions and field types as JSON Schema 2020-12, which OpenAPI 3.1 uses too.
///
/// A schema accepts every value that the Lexicon schema accepts, in the JSON representation of the
/// data model. Undeclared fields may have any value; within `unknown` and in unlisted union members,
/// values must be in the data model. Constraints that JSON Schema cannot express are kept in fields
/// that start with `x-`:
///
/// | field | meaning |
/// |---|---|
/// | `x-type` | the Lexicon type, if it differs from the JSON type |
/// | `x-format` | the string format |
/// | `x-minBytes`, `x-maxBytes` | lengths in bytes (of UTF-8, for strings) |
/// | `x-minGraphemes`, `x-maxGraphemes` | lengths in grapheme clusters |
/// | `x-knownValues` | known values of a string; others are allowed |
/// | `x-accept`, `x-maxSize` | constraints of a blob |
/// | `x-closed` | whether a union allows only the listed members |
/// | `x-recordKey` | the record key type |
struct SchemaWriter {
  let names: SchemaNames

  /// Returns nil for methods, permission sets, and space types.
  func schema(of definition: Definition, in nsid: String) -> OrderedJSON? {
    switch definition.kind {
    case .record(let record):
      var result: OrderedJSON = [:]
      result.add("title", nsid)
      result.add("description", definition.description)
      result.add("x-type", "record")
      result.add("x-recordKey", record.key.value.text)
      let type: OrderedJSON = ["const": .string(nsid)]
      write(record.record, typed: type, isTypeRequired: true, to: &result)
      return result
    case .token:
      let id = definition.isMain ? nsid : "\(nsid)#\(definition.name.value)"
      var result: OrderedJSON = [:]
      result.add("description", definition.description)
      result.add("x-type", "token")
      result.add("const", id)
      return result
    case .schema(let schema):
      var result = self.schema(schema, description: schema.description ?? definition.description)
      if definition.isMain, case .object(let members) = result {
        result = .object([.init(name: "title", value: .string(nsid))] + members)
      }
      return result
    case .query, .procedure, .subscription, .permissionSet, .space: return nil
    }
  }

  func schema(_ schema: Schema) -> OrderedJSON {
    self.schema(schema, description: schema.description)
  }

  private func schema(_ schema: Schema, description: String?) -> OrderedJSON {
    var result: OrderedJSON = [:]
    result.add("description", description)
    switch schema.kind {
    case .boolean(let boolean):
      result.add("type", "boolean")
      result.add("const", boolean.const.map { .boolean($0) })
      result.add("default", boolean.default.map { .boolean($0) })
    case .integer(let integer):
      result.add("type", "integer")
      result.add("minimum", integer.minimum)
      result.add("maximum", integer.maximum)
      result.add("enum", integer.enum.map { .array($0.map { .integer($0) }) })
      result.add("const", integer.const)
      result.add("default", integer.default)
    case .string(let string): write(string, to: &result)
    case .bytes(let length): writeBytes(length, to: &result)
    case .cidLink:
      result.add("x-type", "cid-link")
      writeLink(to: &result)
    case .blob(let blob): write(blob, to: &result)
    case .array(let array):
      result.add("type", "array")
      result.add("items", self.schema(array.items))
      result.add("minItems", array.length.minimum)
      result.add("maxItems", array.length.maximum)
    case .object(let object): write(object, to: &result)
    case .ref(let reference): result.add("$ref", names.reference(to: reference))
    case .union(let union): write(union, to: &result)
    case .unknown:
      // "The top-level data object must not have the structure of a compound data type."
      result.add("x-type", "unknown")
      result.add("type", "object")
      let isBlob: OrderedJSON = [
        "required": ["$type"], "properties": ["$type": ["const": "blob"]],
      ]
      result.add(
        "not",
        ["anyOf": [["required": ["$link"]], ["required": ["$bytes"]], isBlob]]
      )
      result.add("$ref", names.toData)
    }
    return result
  }

  private func write(
    _ object: ObjectSchema,
    typed type: OrderedJSON? = nil,
    isTypeRequired: Bool = false,
    to result: inout OrderedJSON
  ) {
    var properties: OrderedJSON = [:]
    let namesItsType = object.properties.contains { $0.name.value == "$type" }
    properties.add("$type", type ?? (namesItsType ? nil : Self.typeName))
    var required: [OrderedJSON] = isTypeRequired ? ["$type"] : []
    for property in object.properties where type == nil || property.name.value != "$type" {
      var schema = schema(property.schema)
      if property.isNullable { schema = ["anyOf": [schema, ["type": "null"]]] }
      properties.add(property.name.value, schema)
      if property.isRequired { required.append(.string(property.name.value)) }
    }
    result.add("type", "object")
    if !required.isEmpty { result.add("required", .array(required)) }
    result.add("properties", properties)
  }

  /// Members are distinguished by `$type`. An open union allows any other object with a `$type`.
  func write(_ union: UnionSchema, to result: inout OrderedJSON) {
    result.add("x-type", "union")
    result.add("x-closed", .boolean(union.isClosed))
    var members = union.refs.map { reference -> OrderedJSON in
      [
        "$ref": names.reference(to: reference),
        "type": "object",
        "required": ["$type"],
        "properties": ["$type": ["const": .string(reference.id)]],
      ]
    }
    if !union.isClosed {
      var type = Self.typeName
      if !union.refs.isEmpty {
        type.add("not", ["enum": .array(union.refs.map { .string($0.id) })])
      }
      members.append([
        "description": "A type that the schema does not list.",
        "type": "object",
        "required": ["$type"],
        "properties": ["$type": type],
        "$ref": names.toData,
      ])
    }
    if members.isEmpty {
      result.add("not", [:])
    } else {
      result.add("oneOf", .array(members))
    }
  }
}

extension RecordSchema.Key {
  var text: String {
    switch self {
    case .tid: "tid"
    case .nsid: "nsid"
    case .any: "any"
    case .literal(let text): "literal:\(text)"
    }
  }
}
