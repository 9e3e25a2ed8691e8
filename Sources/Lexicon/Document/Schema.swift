public import ATProtoSyntax

/// A field type definition: a schema for one kind of value.
///
/// Lexicon specification, "Field Type Definitions". Two schemas are equal if their contents are
/// equal, regardless of their locations.
public struct Schema: Hashable, Sendable {
  /// A field type with its fields.
  public indirect enum Kind: Hashable, Sendable {
    /// `boolean`.
    case boolean(BooleanSchema)
    /// `integer`: a signed 64-bit integer.
    case integer(IntegerSchema)
    /// `string`: Unicode text.
    case string(StringSchema)
    /// `bytes`: a byte string with limits in bytes.
    case bytes(LengthLimits)
    /// `cid-link`: a CID in its binary form.
    case cidLink
    /// `blob`: a reference to a file that is stored outside the records.
    case blob(BlobSchema)
    /// `array`.
    case array(ArraySchema)
    /// `object`.
    case object(ObjectSchema)
    /// `ref`: the schema of another definition.
    case ref(Reference)
    /// `union`: an object of one of several types.
    case union(UnionSchema)
    /// `unknown`: an object of any type.
    case unknown
  }

  /// The type with its fields.
  public var kind: Kind
  /// The `description` of the schema.
  public var description: String?
  /// The start of the schema object in its file.
  public var location: SourceLocation

  /// Creates a schema from its parts.
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

  /// The name of the type as written in documents: `cid-link`, `object`, ….
  public var typeName: String {
    switch kind {
    case .boolean: "boolean"
    case .integer: "integer"
    case .string: "string"
    case .bytes: "bytes"
    case .cidLink: "cid-link"
    case .blob: "blob"
    case .array: "array"
    case .object: "object"
    case .ref: "ref"
    case .union: "union"
    case .unknown: "unknown"
    }
  }
}

/// The fields of a `boolean`.
public struct BooleanSchema: Hashable, Sendable {
  /// The value of an absent field.
  public var `default`: Bool?
  /// The only valid value.
  public var const: Bool?

  /// Creates the fields of a `boolean`.
  public init(default: Bool? = nil, const: Bool? = nil) {
    self.default = `default`
    self.const = const
  }
}

/// The fields of an `integer`.
public struct IntegerSchema: Hashable, Sendable {
  /// The smallest valid value.
  public var minimum: Int?
  /// The largest valid value.
  public var maximum: Int?
  /// The valid values.
  public var `enum`: [Int]?
  /// The value of an absent field.
  public var `default`: Int?
  /// The only valid value.
  public var const: Int?

  /// Creates the fields of an `integer`.
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

/// The fields of a `string`.
public struct StringSchema: Hashable, Sendable {
  /// A string format, with its name in the Lexicon specification, "String Formats".
  public enum Format: String, CaseIterable, Hashable, Sendable {
    /// A handle or a DID.
    case atIdentifier = "at-identifier"
    /// An AT-URI.
    case atURI = "at-uri"
    /// A CID in its string form.
    case cid
    /// A timestamp with a time zone.
    case datetime
    /// A DID.
    case did
    /// A handle.
    case handle
    /// A BCP 47 language tag.
    case language
    /// An NSID.
    case nsid
    /// A record key.
    case recordKey = "record-key"
    /// A reference to a permissioned space. Experimental.
    case spaceRef = "space-ref"
    /// A timestamp identifier.
    case tid
    /// A URI of any scheme.
    case uri

    /// The formats of the specification.
    public static let specified = allCases.filter { $0.feature == nil }

    /// The experimental feature that the format belongs to; nil if it is in the specification.
    public var feature: LexiconFeatures? { self == .spaceRef ? .spaces : nil }
  }

  /// The format of the string.
  public var format: Format?
  /// `minLength` and `maxLength`, in UTF-8 bytes.
  public var length: LengthLimits
  /// `minGraphemes` and `maxGraphemes`, in Unicode grapheme clusters.
  public var graphemes: LengthLimits
  /// Suggested values. Any other value is valid too.
  public var knownValues: [Located<String>]?
  /// The valid values.
  public var `enum`: [Located<String>]?
  /// The value of an absent field.
  public var `default`: String?
  /// The only valid value.
  public var const: String?

  /// Creates the fields of a `string`.
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

/// A lower and an upper bound, both inclusive.
public struct LengthLimits: Hashable, Sendable {
  /// The lower bound, or nil if there is none.
  public var minimum: Int?
  /// The upper bound, or nil if there is none.
  public var maximum: Int?

  /// Creates limits. Without arguments, any length is valid.
  public init(minimum: Int? = nil, maximum: Int? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// The fields of a `blob`.
public struct BlobSchema: Hashable, Sendable {
  /// The valid MIME types or patterns (`image/*`, `*/*`), or nil if any type is valid.
  public var accept: [String]?
  /// The maximum size in bytes.
  public var maxSize: Int?

  /// Creates the fields of a `blob`.
  public init(accept: [String]? = nil, maxSize: Int? = nil) {
    self.accept = accept
    self.maxSize = maxSize
  }
}

/// The fields of an `array`.
public struct ArraySchema: Hashable, Sendable {
  /// The schema of every element.
  public var items: Schema
  /// `minLength` and `maxLength`, in elements.
  public var length: LengthLimits

  /// Creates the fields of an `array`.
  public init(items: Schema, length: LengthLimits = .init()) {
    self.items = items
    self.length = length
  }
}

/// The fields of an `object`.
public struct ObjectSchema: Hashable, Sendable {
  /// The properties in the order of the file. Names are unique.
  public var properties: [PropertySchema]

  /// Creates an object from its properties.
  public init(properties: [PropertySchema]) {
    self.properties = properties
  }
}

/// A property of an `object` or of `params`.
public struct PropertySchema: Hashable, Sendable {
  /// The name of the property.
  public var name: Located<String>
  /// The schema of its value.
  public var schema: Schema
  /// Whether the property is listed in `required`.
  public var isRequired: Bool
  /// Whether the property is listed in `nullable`.
  public var isNullable: Bool

  /// Creates a property, optional and not nullable by default.
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

/// The fields of a `union`.
public struct UnionSchema: Hashable, Sendable {
  /// The members: objects or records.
  public var refs: [Reference]
  /// Whether types that are not in ``refs`` are invalid.
  public var isClosed: Bool

  /// Creates a union, open by default.
  public init(refs: [Reference], isClosed: Bool = false) {
    self.refs = refs
    self.isClosed = isClosed
  }
}

/// A reference to a definition, resolved against the document that contains it: `#name` is expanded
/// to its full form.
///
/// Two references are equal if they have the same target.
public struct Reference: Hashable, Sendable {
  /// The NSID of the document.
  public var nsid: NSID
  /// The name of the definition: `main` if the reference has no fragment.
  public var definition: String
  /// The location of the reference.
  public var location: SourceLocation

  /// Creates a reference to a definition.
  public init(nsid: NSID, definition: String = "main", at location: SourceLocation) {
    self.nsid = nsid
    self.definition = definition
    self.location = location
  }

  /// The reference as written in `$type` and `refs`: `nsid` for `main`, or `nsid#definition`.
  public var id: String { definition == "main" ? nsid.string : "\(nsid.string)#\(definition)" }

  public static func == (lhs: Reference, rhs: Reference) -> Bool {
    lhs.nsid == rhs.nsid && lhs.definition == rhs.definition
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(nsid)
    hasher.combine(definition)
  }
}
