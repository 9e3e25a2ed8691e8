import Lexicon

/// A JSON Schema (draft-07) of Lexicon documents, for editors.
///
/// It accepts every valid document. Rules that need more than one key or more than one document are
/// left to `lexgen check` and the language server.
public enum LanguageSchema {
  /// The schema.
  public static func json() -> OrderedJSON {
    var schema: OrderedJSON = [
      "$schema": "http://json-schema.org/draft-07/schema#",
      "$id": "urn:lexgen:lexicon-1",
      "title": "Lexicon document",
    ]
    guard case .object(let members) = schema,
      case .object(let document) = object(LexiconGrammar.keys(ofType: nil, at: .document))
    else { return schema }
    schema = .object(members + document)
    schema.add(
      "definitions",
      .object(places.map { .init(name: "\($0)", value: self.schema(of: $0)) })
    )
    return schema
  }

  private static let places: [LexiconGrammar.Place] = [
    .definition, .property, .items, .parameters, .parameter, .parameterItems, .record, .body,
    .bodySchema, .message, .messageSchema, .permissions, .error,
  ]

  private static func schema(of place: LexiconGrammar.Place) -> OrderedJSON {
    let types = LexiconGrammar.types(at: place)
    guard !types.isEmpty else { return object(LexiconGrammar.keys(ofType: nil, at: place)) }
    let type: OrderedJSON = [
      "description": "The type of the schema.",
      "enum": .array(types.map { .string($0) }),
      "enumDescriptions": .array(
        types.map { .string(LexiconGrammar.documentation(ofType: $0) ?? "") }
      ),
    ]
    return [
      "type": "object", "required": ["type"], "properties": ["type": type],
      "allOf": .array(
        types.map { type in
          [
            "if": ["required": ["type"], "properties": ["type": ["const": .string(type)]]],
            "then": object(
              LexiconGrammar.keys(ofType: type, at: place).filter { $0.name != "type" }
            ),
          ]
        }
      ),
    ]
  }

  private static func object(_ keys: [LexiconGrammar.Key]) -> OrderedJSON {
    var schema: OrderedJSON = ["type": "object"]
    let required = keys.filter(\.isRequired).map { OrderedJSON.string($0.name) }
    if !required.isEmpty { schema.add("required", .array(required)) }
    schema.add(
      "properties",
      .object(keys.map { .init(name: $0.name, value: value(of: $0)) })
    )
    return schema
  }

  private static func value(of key: LexiconGrammar.Key) -> OrderedJSON {
    var schema: OrderedJSON = ["description": .string(key.documentation)]
    guard case .object(let members) = schema, case .object(let rules) = rules(key) else {
      return schema
    }
    schema = .object(members + rules)
    return schema
  }

  private static func rules(_ key: LexiconGrammar.Key) -> OrderedJSON {
    switch key.value {
    case .integer where key.name == "lexicon": ["const": 1]
    case .string where key.name == "id":
      ["type": "string", "pattern": .string(StringSchema.Format.nsid.pattern)]
    case .boolean: ["type": "boolean"]
    case .integer: ["type": "integer"]
    case .string: ["type": "string"]
    case .strings, .nsids: ["type": "array", "items": ["type": "string"]]
    case .reference: reference
    case .references: ["type": "array", "items": reference]
    case .schema(let place): self.reference(to: place)
    case .properties(let place):
      ["type": "object", "additionalProperties": self.reference(to: place)]
    case .list(let place): ["type": "array", "items": self.reference(to: place)]
    case .choice(let choices) where key.name == "format":
      ["enum": .array(choices.map { .string($0) })]
    // Other values are warnings, and editors offer these.
    case .choice(let choices):
      ["anyOf": [["enum": .array(choices.map { .string($0) })], ["type": "string"]]]
    case .languageMap: ["type": "object", "additionalProperties": ["type": "string"]]
    case .any: [:]
    }
  }

  private static func reference(to place: LexiconGrammar.Place) -> OrderedJSON {
    // Draft-07 ignores keywords beside `$ref`, such as the description.
    ["allOf": [["$ref": .string("#/definitions/\(place)")]]]
  }

  /// An NSID, `#name`, or both.
  private static let reference: OrderedJSON = [
    "type": "string", "pattern": "^([^#]+(#[^#]+)?|#[^#]+)$",
  ]
}
