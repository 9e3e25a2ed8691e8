public import ATProtoSyntax

/// A field type definition.
///
/// Lexicon specification, "Field Type Definitions". The descriptions stand on the schema that
/// carries them.
public struct Schema: Hashable, Sendable {
  /// The type with its own fields.
  public indirect enum Kind: Hashable, Sendable {
    case boolean(BooleanSchema)
    case integer(IntegerSchema)
    case string(StringSchema)
    case bytes(LengthLimits)
    case cidLink
    case blob(BlobSchema)
    case array(ArraySchema)
    case object(ObjectSchema)
    case ref(Reference)
    case union(UnionSchema)
    case unknown
  }

  public var kind: Kind
  public var description: String?
  /// Where the schema object begins.
  public var location: SourceLocation

  public init(_ kind: Kind, description: String? = nil, at location: SourceLocation) {
    self.kind = kind
    self.description = description
    self.location = location
  }

  public static func == (lhs: Schema, rhs: Schema) -> Bool {
    lhs.kind == rhs.kind && lhs.description == rhs.description
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(description)
  }
}

public struct BooleanSchema: Hashable, Sendable {
  public var `default`: Bool?
  public var const: Bool?

  public init(default: Bool? = nil, const: Bool? = nil) {
    self.default = `default`
    self.const = const
  }
}

public struct IntegerSchema: Hashable, Sendable {
  public var minimum: Int?
  public var maximum: Int?
  public var `enum`: [Int]?
  public var `default`: Int?
  public var const: Int?

  public init(
    minimum: Int? = nil,
    maximum: Int? = nil,
    enum: [Int]? = nil,
    default: Int? = nil,
    const: Int? = nil
  ) {
    self.minimum = minimum
    self.maximum = maximum
    self.enum = `enum`
    self.default = `default`
    self.const = const
  }
}

public struct StringSchema: Hashable, Sendable {
  /// The string formats of the specification, by their Lexicon names.
  public enum Format: String, CaseIterable, Hashable, Sendable {
    case atIdentifier = "at-identifier"
    case atURI = "at-uri"
    case cid
    case datetime
    case did
    case handle
    case language
    case nsid
    case recordKey = "record-key"
    case tid
    case uri
  }

  public var format: Format?
  /// In UTF-8 bytes.
  public var length: LengthLimits
  /// In Unicode grapheme clusters.
  public var graphemes: LengthLimits
  public var knownValues: [Located<String>]?
  public var `enum`: [Located<String>]?
  public var `default`: String?
  public var const: String?

  public init(
    format: Format? = nil,
    length: LengthLimits = .init(),
    graphemes: LengthLimits = .init(),
    knownValues: [Located<String>]? = nil,
    enum: [Located<String>]? = nil,
    default: String? = nil,
    const: String? = nil
  ) {
    self.format = format
    self.length = length
    self.graphemes = graphemes
    self.knownValues = knownValues
    self.enum = `enum`
    self.default = `default`
    self.const = const
  }
}

/// A lower and an upper bound, both inclusive; nil where there is none.
public struct LengthLimits: Hashable, Sendable {
  public var minimum: Int?
  public var maximum: Int?

  public init(minimum: Int? = nil, maximum: Int? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }
}

public struct BlobSchema: Hashable, Sendable {
  /// MIME types or patterns (`image/*`, `*/*`).
  public var accept: [String]?
  /// In bytes.
  public var maxSize: Int?

  public init(accept: [String]? = nil, maxSize: Int? = nil) {
    self.accept = accept
    self.maxSize = maxSize
  }
}

public struct ArraySchema: Hashable, Sendable {
  public var items: Schema
  /// In elements.
  public var length: LengthLimits

  public init(items: Schema, length: LengthLimits = .init()) {
    self.items = items
    self.length = length
  }
}

public struct ObjectSchema: Hashable, Sendable {
  /// In the order of the file; names are unique.
  public var properties: [PropertySchema]

  public init(properties: [PropertySchema]) {
    self.properties = properties
  }
}

/// A property of an `object` or `params`.
public struct PropertySchema: Hashable, Sendable {
  public var name: Located<String>
  public var schema: Schema
  public var isRequired: Bool
  public var isNullable: Bool

  public init(
    name: Located<String>,
    schema: Schema,
    isRequired: Bool = false,
    isNullable: Bool = false
  ) {
    self.name = name
    self.schema = schema
    self.isRequired = isRequired
    self.isNullable = isNullable
  }
}

public struct UnionSchema: Hashable, Sendable {
  public var refs: [Reference]
  public var isClosed: Bool

  public init(refs: [Reference], isClosed: Bool = false) {
    self.refs = refs
    self.isClosed = isClosed
  }
}

/// A reference to a definition, resolved against the document that contains it: `#def` has
/// become the full form, and `nsid#main` the NSID alone.
public struct Reference: Hashable, Sendable {
  public var nsid: NSID
  /// The definition's name, `main` where the reference has no fragment.
  public var definition: String
  public var location: SourceLocation

  public init(nsid: NSID, definition: String = "main", at location: SourceLocation) {
    self.nsid = nsid
    self.definition = definition
    self.location = location
  }

  /// As `$type` and `refs` write it: `nsid` or `nsid#definition`.
  public var id: String { definition == "main" ? nsid.string : "\(nsid.string)#\(definition)" }

  public static func == (lhs: Reference, rhs: Reference) -> Bool {
    lhs.nsid == rhs.nsid && lhs.definition == rhs.definition
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(nsid)
    hasher.combine(definition)
  }
}
