public import Lexicon

/// One Swift declaration of the output.
///
/// Declarations are flat: each is emitted in an extension of its ``scope``, so templates do not
/// need nesting.
public struct Declaration: Hashable, Sendable {
  /// The kind of a declaration, with its content.
  public indirect enum Kind: Hashable, Sendable {
    /// A struct, for an `object` or a `record`.
    case structure(Structure)
    /// An enum with a case for each member.
    case union(Union)
    /// A struct around a string, with constants for the known values.
    case openString(OpenString)
    /// An enum of strings.
    case closedString(ClosedString)
    /// A type alias.
    case alias(TypeReference)
    /// A caseless enum that only contains other declarations.
    case namespace
    /// `static var name: String`, for a token. The identifier is `nsid#name`.
    case token(id: String)
    /// A caseless enum that describes a method.
    case method(Method)
    /// The struct of a method's parameters.
    case parameters(Parameters)
    /// The enum of a method's errors.
    case failure([Failure])
    /// A static property with the content of a permission set.
    case permissionSet(PermissionSetSchema, nsid: String)
  }

  /// The full path of the enclosing type: `AppBsky.Feed`.
  public var scope: String
  /// The declaration's own identifier, without backticks.
  public var name: String
  /// The text of the documentation comment.
  public var documentation: String?
  /// The content.
  public var kind: Kind
  /// The definition from which it is generated, as `nsid#definition` or `nsid`; for messages.
  public var origin: String

  /// Creates a declaration in the type at `scope`.
  public init(
    scope: String,
    name: String,
    documentation: String? = nil,
    origin: String,
    _ kind: Kind
  ) {
    self.scope = scope
    self.name = name
    self.documentation = documentation
    self.origin = origin
    self.kind = kind
  }

  /// The full path: `AppBsky.Feed.Post`.
  public var path: String { "\(scope).\(name)" }

  /// Whether the description starts with the word "deprecated".
  public var isDeprecated: Bool { Deprecation.reason(in: documentation) != nil }
}

/// The struct of an `object` or a `record`.
public struct Structure: Hashable, Sendable {
  /// The properties that make a structure a record.
  public struct Record: Hashable, Sendable {
    /// The collection, and the value of `$type`.
    public var nsid: String
    /// The type of its record keys.
    public var key: RecordSchema.Key

    /// Creates the properties of a record type.
    public init(nsid: String, key: RecordSchema.Key) {
      self.nsid = nsid
      self.key = key
    }
  }

  /// The properties of a record; nil for a plain object.
  public var record: Record?
  /// The properties, in the order of the schema.
  public var fields: [Field]
  /// The keys in DAG-CBOR order, including `$type` for a record.
  public var canonicalKeys: [String]
  /// Whether a method in the same module uses it as input or output.
  public var isBody: Bool
  /// Whether it is stored or streamed, and therefore decoded in large numbers: its document describes
  /// a record, an object, or the messages of a subscription.
  public var isData: Bool

  /// Creates a structure; the order of the keys is derived from the fields.
  public init(record: Record?, fields: [Field], isBody: Bool, isData: Bool) {
    self.record = record
    self.fields = fields
    self.isBody = isBody
    self.isData = isData
    let keys = fields.map(\.key) + (record == nil ? [] : ["$type"])
    canonicalKeys = keys.sorted(by: CanonicalOrder.precedes)
  }
}

/// A property of a structure or of parameters.
public struct Field: Hashable, Sendable {
  /// The key on the wire.
  public var key: String
  /// The Swift identifier, without backticks.
  public var name: String
  /// The text of the documentation comment.
  public var documentation: String?
  /// The type of the value, including `Nullable` but not the optionality.
  public var type: TypeReference
  /// Whether the key must be present.
  public var isRequired: Bool
  /// Whether the value is stored in a box, because the type would otherwise contain itself or be too
  /// large.
  public var isBoxed = false
  /// The default value in the initializer, as a Swift literal.
  public var defaultLiteral: String?
  /// The constraints that validation checks.
  public var checks: [Check]

  /// Creates a field that is not boxed.
  public init(
    key: String,
    name: String,
    documentation: String?,
    type: TypeReference,
    isRequired: Bool,
    defaultLiteral: String? = nil,
    checks: [Check]
  ) {
    self.key = key
    self.name = name
    self.documentation = documentation
    self.type = type
    self.isRequired = isRequired
    self.defaultLiteral = defaultLiteral
    self.checks = checks
  }
}

/// The enum of a `union`.
public struct Union: Hashable, Sendable {
  /// One case of the enum.
  public struct Member: Hashable, Sendable {
    /// The value of `$type`.
    public var id: String
    /// The identifier of the case, without backticks.
    public var name: String
    /// The type of the associated value.
    public var type: TypeReference.NamedType
    /// Whether the associated value is stored indirectly.
    public var isIndirect = false
    /// Whether the type has a constraint anywhere.
    public var needsValidation = true

    /// Creates a case that is not indirect.
    public init(id: String, name: String, type: TypeReference.NamedType) {
      self.id = id
      self.name = name
      self.type = type
    }
  }

  /// The cases, in the order of the schema.
  public var members: [Member]
  /// Whether only the listed members are allowed.
  public var isClosed: Bool
  /// Whether a method in the same module uses it as input or output.
  public var isBody: Bool

  /// Creates a union.
  public init(members: [Member], isClosed: Bool, isBody: Bool) {
    self.members = members
    self.isClosed = isClosed
    self.isBody = isBody
  }
}

/// The struct of a string with `knownValues`: any string, with a constant for each known value.
public struct OpenString: Hashable, Sendable {
  /// The known values, without duplicates.
  public var values: [StringConstant]

  /// Creates a type from its known values.
  public init(values: [StringConstant]) {
    self.values = values
  }
}

/// The enum of a string with `enum`: only the listed values.
public struct ClosedString: Hashable, Sendable {
  /// The values, without duplicates.
  public var values: [StringConstant]

  /// Creates a type from its values.
  public init(values: [StringConstant]) {
    self.values = values
  }
}

/// A value of a string type and its Swift name.
public struct StringConstant: Hashable, Sendable {
  /// The Swift identifier, without backticks.
  public var name: String
  /// The text on the wire.
  public var value: String

  /// Creates a constant.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// The struct of a method's query parameters.
public struct Parameters: Hashable, Sendable {
  /// The parameters, in the order of the schema.
  public var fields: [Field]

  /// Creates the parameters of a method.
  public init(fields: [Field]) {
    self.fields = fields
  }
}

/// A declared error of a method.
public struct Failure: Hashable, Sendable {
  /// The name of the error on the wire.
  public var error: String
  /// The identifier of the case, without backticks.
  public var name: String
  /// The text of the documentation comment.
  public var documentation: String?

  /// Creates an error.
  public init(error: String, name: String, documentation: String?) {
    self.error = error
    self.name = name
    self.documentation = documentation
  }
}

/// The enum that describes a query, procedure, or subscription.
public struct Method: Hashable, Sendable {
  /// The type of a method.
  public enum Verb: String, Hashable, Sendable {
    /// An HTTP GET request.
    case query
    /// An HTTP POST request.
    case procedure
    /// An event stream over WebSocket.
    case subscription
  }

  /// The input or output of a method.
  public enum Body: Hashable, Sendable {
    /// No body.
    case none
    /// Bytes with a MIME type.
    case raw(encoding: String)
    /// A type declared as `Input` or `Output` inside the method.
    case declared
    /// A type declared elsewhere in this module.
    case type(TypeReference)
    /// A type of another module, wrapped because the conformance cannot be added in this one.
    case foreign(TypeReference)
    /// JSON without a schema.
    case anyJSON
  }

  /// The type of the method.
  public var verb: Verb
  /// The NSID, which is the last component of the URL.
  public var nsid: String
  /// The name of the client's call and of the server's handler function.
  public var callName: String
  /// Whether the schema declares parameters.
  public var hasParameters: Bool
  /// Whether every parameter can be omitted.
  public var parametersAreOptional: Bool
  /// The request body; none except for procedures.
  public var input: Body
  /// The response body; none for subscriptions.
  public var output: Body
  /// Whether the schema declares errors.
  public var hasFailures: Bool

  /// Creates a method.
  public init(
    verb: Verb,
    nsid: String,
    callName: String,
    hasParameters: Bool,
    parametersAreOptional: Bool,
    input: Body,
    output: Body,
    hasFailures: Bool
  ) {
    self.verb = verb
    self.nsid = nsid
    self.callName = callName
    self.hasParameters = hasParameters
    self.parametersAreOptional = parametersAreOptional
    self.input = input
    self.output = output
    self.hasFailures = hasFailures
  }
}
