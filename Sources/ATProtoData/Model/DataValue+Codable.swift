import ATProtoSyntax

// Support for the coders of other libraries. Bytes and links have the forms that they have in JSON,
// so that `JSONEncoder` and `JSONDecoder` agree with the codec of this module.

extension DataValue: Codable {
  private struct TextKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(_ key: String) {
      stringValue = key
    }

    init?(stringValue: String) {
      self.stringValue = stringValue
    }

    init?(intValue: Int) {
      nil
    }
  }

  /// Encodes the value with another library's encoder, in the forms used in JSON.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .boolean(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .integer(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .string(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .bytes(let value):
      var output = OutputBytes(capacity: value.count * 2 + 16)
      output.appendBase64(value.array.span.raw)
      var container = encoder.container(keyedBy: TextKey.self)
      try container.encode(output.text(), forKey: TextKey("$bytes"))
    case .link(let value):
      var container = encoder.container(keyedBy: TextKey.self)
      try container.encode(value.string, forKey: TextKey("$link"))
    case .array(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(element) }
    case .object(let object):
      var container = encoder.container(keyedBy: TextKey.self)
      for (key, value) in object { try container.encode(value, forKey: TextKey(key)) }
    }
  }

  /// Decodes the value with another library's decoder, in the forms used in JSON.
  ///
  /// Generated types conform to `Decodable` with an empty extension: `extension Post: Codable {}`.
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: TextKey.self) {
      self = try Self.object(container)
      return
    }
    if var container = try? decoder.unkeyedContainer() {
      var elements: [DataValue] = []
      while !container.isAtEnd { elements.append(try container.decode(DataValue.self)) }
      self = .array(elements)
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else {
      self = .string(try container.decode(String.self))
    }
  }

  private static func object(_ container: KeyedDecodingContainer<TextKey>) throws -> DataValue {
    if let key = container.allKeys.first(where: { $0.stringValue.isJSONForm }) {
      let text = try container.decode(String.self, forKey: key)
      let value: DataValue? =
        key.stringValue == "$link"
        ? CID(text: text).map { .link($0) }
        : Base64.dataModel.decode(text).map { .bytes(Bytes($0)) }
      guard let value, container.allKeys.count == 1 else {
        throw DecodingError.dataCorruptedError(
          forKey: key,
          in: container,
          debugDescription: "not a form of the data model"
        )
      }
      return value
    }
    let entries = try container.allKeys.map { key in
      DataObject.Entry(
        key: key.stringValue,
        value: try container.decode(DataValue.self, forKey: key)
      )
    }
    guard let object = DataObject(unique: entries) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: container.codingPath, debugDescription: "a key is repeated")
      )
    }
    return .object(object)
  }
}

extension LexiconObject where Self: Decodable {
  /// Makes a generated type `Decodable` with `extension Post: Codable {}`.
  public init(from decoder: any Decoder) throws {
    try self.init(DataValue(from: decoder))
  }
}

extension LexiconObject where Self: Encodable {
  /// Encodes the value with another library's encoder, in the forms used in JSON.
  public func encode(to encoder: any Encoder) throws {
    try dataValue.encode(to: encoder)
  }
}

extension LexiconUnion where Self: Decodable {
  /// Decodes the value with another library's decoder, in the forms used in JSON.
  public init(from decoder: any Decoder) throws {
    try self.init(DataValue(from: decoder))
  }
}

extension LexiconUnion where Self: Encodable {
  /// Encodes the value with another library's encoder, in the forms used in JSON.
  public func encode(to encoder: any Encoder) throws {
    try dataValue.encode(to: encoder)
  }
}
