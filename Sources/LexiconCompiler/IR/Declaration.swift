public import Lexicon

/// One Swift declaration of the output.
///
/// Declarations are flat: each is emitted in an extension of its `scope`, so that layout knows
/// no nesting.
public struct Declaration: Hashable, Sendable {
  public indirect enum Kind: Hashable, Sendable {
    case structure(Structure)
    case union(Union)
    case openString(OpenString)
    case closedString(ClosedString)
    case alias(TypeReference)
    /// A caseless enum that only holds other declarations.
    case namespace
    /// `static var name: String`, for a token.
    case token(id: String)
    case method(Method)
    case parameters(Parameters)
    case failure([Failure])
    case permissionSet(PermissionSetSchema, nsid: String)
  }

  /// The full path of the enclosing type: `AppBsky.Feed`.
  public var scope: String
  /// The declaration's own identifier.
  public var name: String
  public var documentation: String?
  public var kind: Kind
  /// What it was made from, as `nsid#definition`; for `dump-ir` and for messages.
  public var origin: String

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

  public var path: String { "\(scope).\(name)" }

  public var isDeprecated: Bool { Deprecation.reason(in: documentation) != nil }
}

/// An `object` or a `record`.
public struct Structure: Hashable, Sendable {
  /// The NSID of a record; nil for a plain object.
  public var recordType: String?
  /// In the order of the schema.
  public var fields: [Field]
  /// The keys in DAG-CBOR order, `$type` of a record among them.
  public var canonicalKeys: [String]
  /// It is the body of a method in its own module.
  public var isBody: Bool
  /// It is stored or streamed, and so decoded by the million: its document describes a record, an
  /// object or the messages of a subscription.
  public var isData: Bool

  public init(recordType: String?, fields: [Field], isBody: Bool, isData: Bool) {
    self.recordType = recordType
    self.fields = fields
    self.isBody = isBody
    self.isData = isData
    let keys = fields.map(\.key) + (recordType == nil ? [] : ["$type"])
    canonicalKeys = keys.sorted(by: CanonicalOrder.precedes)
  }
}

/// A property of a structure or of parameters.
public struct Field: Hashable, Sendable {
  /// The key on the wire.
  public var key: String
  /// The Swift identifier, without backticks.
  public var name: String
  public var documentation: String?
  /// The value's type, `Nullable` included, optionality not.
  public var type: TypeReference
  public var isRequired: Bool
  /// Stored behind a box, since the type would contain itself.
  public var isBoxed = false
  /// A Swift literal: the value that the initialiser assumes.
  public var defaultLiteral: String?
  public var checks: [Check]

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

/// A `union`, open or closed.
public struct Union: Hashable, Sendable {
  public struct Member: Hashable, Sendable {
    /// As `$type` writes it.
    public var id: String
    /// The case's identifier, without backticks.
    public var name: String
    public var type: TypeReference.NamedType
    public var isIndirect = false
    /// A constraint stands somewhere in its type.
    public var needsValidation = true

    public init(id: String, name: String, type: TypeReference.NamedType) {
      self.id = id
      self.name = name
      self.type = type
    }
  }

  public var members: [Member]
  public var isClosed: Bool
  public var isBody: Bool

  public init(members: [Member], isClosed: Bool, isBody: Bool) {
    self.members = members
    self.isClosed = isClosed
    self.isBody = isBody
  }
}

/// A string with known values: open, each known value a named constant.
public struct OpenString: Hashable, Sendable {
  public var values: [StringConstant]

  public init(values: [StringConstant]) {
    self.values = values
  }
}

/// A string with an `enum`: closed.
public struct ClosedString: Hashable, Sendable {
  public var values: [StringConstant]

  public init(values: [StringConstant]) {
    self.values = values
  }
}

public struct StringConstant: Hashable, Sendable {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// The query parameters of a method.
public struct Parameters: Hashable, Sendable {
  public var fields: [Field]

  public init(fields: [Field]) {
    self.fields = fields
  }
}

/// An error that a method names.
public struct Failure: Hashable, Sendable {
  /// The error's name on the wire.
  public var error: String
  public var name: String
  public var documentation: String?

  public init(error: String, name: String, documentation: String?) {
    self.error = error
    self.name = name
    self.documentation = documentation
  }
}

/// A query, procedure or subscription.
public struct Method: Hashable, Sendable {
  public enum Verb: String, Hashable, Sendable {
    case query
    case procedure
    case subscription
  }

  public enum Body: Hashable, Sendable {
    case none
    /// Bytes of the given encoding.
    case raw(encoding: String)
    /// A type declared as `Input` or `Output` inside the method.
    case declared
    /// A type declared elsewhere in this module.
    case type(TypeReference)
    /// A type of another module: wrapped, since the conformance cannot be added from here.
    case foreign(TypeReference)
    /// JSON without a schema.
    case anyJSON
  }

  public var verb: Verb
  public var nsid: String
  /// The name of the client call and of the server's requirement.
  public var callName: String
  public var hasParameters: Bool
  /// Every parameter can be left out.
  public var parametersAreOptional: Bool
  public var input: Body
  public var output: Body
  public var hasFailures: Bool

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
