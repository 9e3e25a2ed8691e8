/// The keys and types of the Lexicon language, with one sentence about each: the table that the
/// document reader, completion, hover, and the JSON Schema of the language share.
///
/// Lexicon specification, "Lexicon Files" to "Field Type Definitions".
package struct LexiconGrammar {
  /// A key of an object of the language.
  package struct Key: Sendable {
    /// The key as documents write it.
    package var name: String
    /// The kind of its value.
    package var value: Value
    /// Whether documents must have the key.
    package var isRequired: Bool
    /// What the key means: one or two sentences.
    package var documentation: String
  }

  /// The kind of a value.
  package enum Value: Sendable {
    case boolean
    case integer
    case string
    case strings
    /// `#name`, an NSID, or both.
    case reference
    case references
    /// One object at a place.
    case schema(Place)
    /// An object that maps names to objects at a place.
    case properties(Place)
    /// An array of objects at a place.
    case list(Place)
    case choice([String])
    /// An array of NSIDs.
    case nsids
    /// An object that maps BCP 47 language tags to strings.
    case languageMap
    /// A value of the type that the schema describes.
    case any
  }

  /// A place where an object of the language can be.
  package enum Place: Hashable, Sendable {
    case document
    case definition
    case property
    case items
    case parameters
    case parameter
    case parameterItems
    case record
    case body
    case bodySchema
    case message
    case messageSchema
    case permissions
    case error
  }

  /// The types that an object at a place can have; empty if objects there have no `type`.
  package static func types(at place: Place, _ features: LexiconFeatures = []) -> [String] {
    switch place {
    case .document, .body, .message, .error: []
    case .definition:
      primaryTypes + (features.contains(.spaces) ? ["space"] : []) + ["token"] + namedTypes
    case .property, .items: fieldTypes
    case .parameters: ["params"]
    case .parameter: ["boolean", "integer", "string", "array"]
    case .parameterItems: ["boolean", "integer", "string"]
    case .record: ["object"]
    case .bodySchema: ["object", "ref", "union"]
    case .messageSchema: ["union"]
    case .permissions: ["permission"]
    }
  }

  /// The keys of an object of a type at a place, in the customary order. If the type is nil or
  /// unknown, the result has the keys that every object at the place has.
  package static func keys(
    ofType type: String?,
    at place: Place,
    _ features: LexiconFeatures = []
  ) -> [Key] {
    switch place {
    case .document: return documentKeys
    case .body: return bodyKeys
    case .message: return messageKeys
    case .error: return errorKeys
    default: break
    }
    let types = types(at: place, features)
    let typeKey = Key("type", .choice(types), true, "The type of the schema.")
    guard let type, types.contains(type), let keys = keysByType[type] else {
      return [typeKey, description]
    }
    return [typeKey, description]
      + keys.map { key in
        var key = key
        if type == "array", key.name == "items", place == .parameter {
          key.value = .schema(.parameterItems)
        }
        return key
      }
  }

  /// What a type means: one sentence; nil if the language has no such type.
  package static func documentation(ofType type: String) -> String? { typeDocumentation[type] }

  /// The names of the keys of a type, in the order in which suggestions prefer them.
  static func names(ofType type: String) -> [String] {
    ["type", "description"] + (keysByType[type] ?? []).map(\.name)
  }

  static let primaryTypes = ["record", "query", "procedure", "subscription", "permission-set"]
  /// The field types that can be definitions.
  static let namedTypes = [
    "object", "array", "string", "integer", "boolean", "bytes", "cid-link", "blob",
  ]
  /// "sub-types, `unknown`, `ref`, and `union` can not be used as named definitions".
  static let unnamedTypes = ["params", "permission", "ref", "union", "unknown"]
  static let fieldTypes = [
    "boolean", "integer", "string", "bytes", "cid-link", "blob", "array", "object", "ref", "union",
    "unknown",
  ]
  static let allTypes =
    fieldTypes + [
      "params", "permission", "token", "record", "query", "procedure", "subscription",
      "permission-set",
    ]
}

extension LexiconGrammar.Key {
  fileprivate init(
    _ name: String,
    _ value: LexiconGrammar.Value,
    _ isRequired: Bool = false,
    _ documentation: String
  ) {
    self.init(
      name: name,
      value: value,
      isRequired: isRequired,
      documentation: documentation
    )
  }
}

extension LexiconGrammar {
  private static let description = Key(
    "description",
    .string,
    false,
    "A text for readers of the schema and of generated code."
  )

  static let documentKeys: [Key] = [
    Key("lexicon", .integer, true, "The version of the Lexicon language, which is 1."),
    Key("id", .string, true, "The NSID of the document."),
    description,
    Key(
      "defs",
      .properties(.definition),
      true,
      "The definitions by name. References to the NSID alone lead to the definition 'main'."
    ),
    Key(
      "$type",
      .choice(["com.atproto.lexicon.schema"]),
      false,
      "The type of a document that is published as a record."
    ),
  ]

  static let bodyKeys: [Key] = [
    description,
    Key("encoding", .string, true, "The MIME type of the body, such as 'application/json'."),
    Key("schema", .schema(.bodySchema), false, "The schema of a JSON body."),
  ]

  static let messageKeys: [Key] = [
    description,
    Key("schema", .schema(.messageSchema), true, "A union of the types of the messages."),
  ]

  static let errorKeys: [Key] = [
    Key("name", .string, true, "The name of the error, without white space."),
    description,
  ]

  private static let parameters = Key(
    "parameters",
    .schema(.parameters),
    false,
    "The query parameters of the HTTP request."
  )
  private static let output = Key("output", .schema(.body), false, "The body of the response.")
  private static let errors = Key(
    "errors",
    .list(.error),
    false,
    "The errors that the method declares."
  )

  private static let recordKeys: [Key] = [
    Key(
      "key",
      .string,
      true,
      "The type of the record keys: 'tid', 'nsid', 'any', or 'literal:' and a record key."
    ),
    Key("record", .schema(.record), true, "The content of the records."),
  ]

  private static let procedureKeys: [Key] = [
    parameters, output, errors,
    Key("input", .schema(.body), false, "The body of the request."),
  ]

  private static let subscriptionKeys: [Key] = [
    parameters, Key("message", .schema(.message), true, "The messages of the stream."), errors,
  ]

  private static let permissionSetKeys: [Key] = [
    Key("title", .string, false, "The name that users see when an app requests the permissions."),
    Key("title:lang", .languageMap, false, "Translations of the title, by language tag."),
    Key("detail", .string, false, "The text that users see when an app requests the permissions."),
    Key("detail:lang", .languageMap, false, "Translations of the detail, by language tag."),
    Key("permissions", .list(.permissions), true, "The permissions of the set."),
  ]

  private static let spaceKeys: [Key] = [
    Key(
      "key",
      .string,
      true,
      "The type of the space keys: 'tid', 'nsid', 'any', or 'literal:' and a record key."
    ),
    Key("name", .string, true, "The name that users see when an app requests access."),
    Key("name:lang", .languageMap, false, "Translations of the name, by language tag."),
    Key("collections", .nsids, true, "The collections that clients should expect."),
  ]

  private static let permissionKeys: [Key] = [
    Key("resource", .choice(["repo", "rpc"]), true, "What the permission grants access to."),
    Key("collection", .nsids, false, "For 'repo': the collections that may be written."),
    Key("action", .strings, false, "For 'repo': 'create', 'update', and 'delete'; all by default."),
    Key("lxm", .nsids, false, "For 'rpc': the methods that may be called."),
    Key(
      "aud",
      .string,
      false,
      "For 'rpc': the service that may be called; only '*' has an effect."
    ),
    Key(
      "inheritAud",
      .boolean,
      false,
      "For 'rpc': whether the app that requests the set names the service."
    ),
  ]

  private static let parametersKeys: [Key] = [
    Key("properties", .properties(.parameter), true, "The parameters by name."),
    Key("required", .strings, false, "The names of the parameters that a request must have."),
  ]

  private static let objectKeys: [Key] = [
    Key("properties", .properties(.property), true, "The properties by name."),
    Key("required", .strings, false, "The names of the properties that a value must have."),
    Key("nullable", .strings, false, "The names of the properties that may be null."),
  ]

  private static let arrayKeys: [Key] = [
    Key("items", .schema(.items), true, "The schema of every element."),
    Key("minLength", .integer, false, "The minimum number of elements."),
    Key("maxLength", .integer, false, "The maximum number of elements."),
  ]

  private static let defaultKey = Key("default", .any, false, "The value of an absent field.")
  private static let constKey = Key("const", .any, false, "The only valid value.")
  private static let booleanKeys: [Key] = [defaultKey, constKey]

  private static let integerKeys: [Key] = [
    Key("minimum", .integer, false, "The smallest valid value."),
    Key("maximum", .integer, false, "The largest valid value."),
    Key("enum", .any, false, "The valid values. None can be added later."),
    defaultKey, constKey,
  ]

  private static let stringKeys: [Key] = [
    Key(
      "format",
      .choice(StringSchema.Format.specified.map(\.rawValue)),
      false,
      "The syntax of the string, such as 'datetime' or 'did'."
    ),
    Key("minLength", .integer, false, "The minimum length, in UTF-8 bytes."),
    Key("maxLength", .integer, false, "The maximum length, in UTF-8 bytes."),
    Key("minGraphemes", .integer, false, "The minimum length, in Unicode grapheme clusters."),
    Key("maxGraphemes", .integer, false, "The maximum length, in Unicode grapheme clusters."),
    Key("knownValues", .strings, false, "Suggested values. Any other value is valid, too."),
    Key("enum", .strings, false, "The valid values. None can be added later."),
    defaultKey, constKey,
  ]

  private static let bytesKeys: [Key] = [
    Key("minLength", .integer, false, "The minimum length, in bytes."),
    Key("maxLength", .integer, false, "The maximum length, in bytes."),
  ]

  private static let blobKeys: [Key] = [
    Key("accept", .strings, false, "The valid MIME types: 'image/png', 'image/*', or '*/*'."),
    Key("maxSize", .integer, false, "The maximum size, in bytes."),
  ]

  private static let refKeys: [Key] = [
    Key(
      "ref",
      .reference,
      true,
      "The definition that describes the value: '#name', an NSID, or an NSID with '#name'."
    )
  ]

  private static let unionKeys: [Key] = [
    Key("refs", .references, true, "The members: objects or records."),
    Key("closed", .boolean, false, "Whether other types are invalid. False by default."),
  ]

  private static let keysByType: [String: [Key]] = [
    "record": recordKeys, "query": [parameters, output, errors], "procedure": procedureKeys,
    "subscription": subscriptionKeys, "permission-set": permissionSetKeys,
    "space": spaceKeys, "permission": permissionKeys, "token": [], "params": parametersKeys,
    "object": objectKeys,
    "array": arrayKeys, "boolean": booleanKeys, "integer": integerKeys, "string": stringKeys,
    "bytes": bytesKeys, "cid-link": [], "blob": blobKeys, "ref": refKeys, "union": unionKeys,
    "unknown": [],
  ]

  private static let typeDocumentation: [String: String] = [
    "record": "An object that can be stored in a repository.",
    "query": "An XRPC method that reads.",
    "procedure": "An XRPC method that may write.",
    "subscription": "An event stream over WebSocket.",
    "permission-set": "A bundle of permissions that apps request together.",
    "permission": "One entry of a permission set.",
    "space": "A type of permissioned spaces (experimental).",
    "token": "A name without content, which strings refer to.",
    "params": "The query parameters of a method.",
    "object": "An object with named properties.",
    "array": "An array of values with one schema.",
    "boolean": "True or false.",
    "integer": "A signed 64-bit integer.",
    "string": "Unicode text.",
    "bytes": "A byte string.",
    "cid-link": "A link to content by its hash (CID).",
    "blob": "A reference to a file that is stored outside the records.",
    "ref": "The schema of another definition.",
    "union": "An object of one of several types, which its '$type' names.",
    "unknown": "An object of any type.",
  ]
}
