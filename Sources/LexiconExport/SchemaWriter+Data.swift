// The JSON representation of the data model, for fields without a schema.
extension SchemaWriter {
  /// Any value of the data model.
  var data: OrderedJSON {
    [
      "description": "Any value of the data model.",
      "type": ["null", "boolean", "integer", "string", "array", "object"],
      "items": ["$ref": names.toData],
      "anyOf": [
        ["not": ["type": "object"]],
        Self.single("$link", Self.cid(codecs: "yk")),
        Self.single("$bytes", Self.base64),
        object,
      ],
    ]
  }

  /// "`$type`: […] a string that is not empty"; `$link` and `$bytes` are reserved.
  private var object: OrderedJSON {
    [
      "type": "object",
      "propertyNames": ["minLength": 1],
      "properties": ["$type": Self.typeName, "$link": false, "$bytes": false],
      "additionalProperties": ["$ref": names.toData],
      "if": ["required": ["$type"], "properties": ["$type": ["const": "blob"]]],
      "then": [
        "required": ["ref", "mimeType", "size"],
        "properties": [
          "ref": Self.fileLink, "mimeType": ["type": "string", "minLength": 1],
          "size": ["type": "integer", "minimum": 1],
        ],
      ],
    ]
  }

  static let typeName: OrderedJSON = ["type": "string", "minLength": 1]

  /// Base64 with or without padding: a last group of two or three characters may be padded.
  static let base64: OrderedJSON = [
    "type": "string", "contentEncoding": "base64",
    "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?$",
  ]

  /// The link of a blob, whose codec is `raw`.
  static let fileLink: OrderedJSON = single("$link", cid(codecs: "k"))

  /// Data model, "Link and CID Formats": version 1 in base32, with the codec dag-cbor (`y`) or raw
  /// (`k`) and a SHA-256 hash. Four bytes and the 32 of the hash are 58 characters, of which the last
  /// holds three bits.
  static func cid(codecs: String) -> OrderedJSON {
    [
      "type": "string", "x-format": "cid",
      "pattern": .string("^baf[\(codecs)]rei[a-h][a-z2-7]{50}[aeimquy4]$"),
    ]
  }

  private static func single(_ key: String, _ value: OrderedJSON) -> OrderedJSON {
    [
      "type": "object", "required": [.string(key)],
      "properties": .object([.init(name: key, value: value)]),
      "additionalProperties": false,
    ]
  }
}
