/// `record`: an object that can be stored in a repository.
public struct RecordSchema: Hashable, Sendable {
  /// The record key type (Record Key specification).
  public enum Key: Hashable, Sendable {
    case tid
    case nsid
    case any
    case literal(String)
  }

  public var key: Located<Key>
  public var record: ObjectSchema

  public init(key: Located<Key>, record: ObjectSchema) {
    self.key = key
    self.record = record
  }
}

/// `query` or `procedure`: an XRPC endpoint.
public struct MethodSchema: Hashable, Sendable {
  public var parameters: ParametersSchema?
  /// Procedures only.
  public var input: BodySchema?
  public var output: BodySchema?
  public var errors: [ErrorSchema]

  public init(
    parameters: ParametersSchema? = nil,
    input: BodySchema? = nil,
    output: BodySchema? = nil,
    errors: [ErrorSchema] = []
  ) {
    self.parameters = parameters
    self.input = input
    self.output = output
    self.errors = errors
  }
}

/// `subscription`: an event stream.
public struct SubscriptionSchema: Hashable, Sendable {
  public var parameters: ParametersSchema?
  public var messageDescription: String?
  public var message: UnionSchema
  public var errors: [ErrorSchema]

  public init(
    parameters: ParametersSchema? = nil,
    messageDescription: String? = nil,
    message: UnionSchema,
    errors: [ErrorSchema] = []
  ) {
    self.parameters = parameters
    self.messageDescription = messageDescription
    self.message = message
    self.errors = errors
  }
}

/// The body of a request or a response.
public struct BodySchema: Hashable, Sendable {
  public var description: String?
  /// MIME type, or a pattern such as `*/*` or `image/*`.
  public var encoding: Located<String>
  /// An `object`, a `ref` or a `union`; nil where the body has no schema.
  public var schema: Schema?

  public init(description: String? = nil, encoding: Located<String>, schema: Schema? = nil) {
    self.description = description
    self.encoding = encoding
    self.schema = schema
  }
}

/// An error that a method names.
public struct ErrorSchema: Hashable, Sendable {
  public var name: Located<String>
  public var description: String?

  public init(name: Located<String>, description: String? = nil) {
    self.name = name
    self.description = description
  }
}

/// `params`: the HTTP query parameters of a method.
public struct ParametersSchema: Hashable, Sendable {
  public var description: String?
  /// Each a `boolean`, `integer`, `string`, or an `array` of one of these.
  public var properties: [PropertySchema]

  public init(description: String? = nil, properties: [PropertySchema]) {
    self.description = description
    self.properties = properties
  }
}

/// `permission-set`: a bundle of permissions for OAuth scopes.
public struct PermissionSetSchema: Hashable, Sendable {
  public var title: String?
  /// `title:lang`, by language, in the order of the file.
  public var localizedTitles: [LocalizedText]
  public var detail: String?
  /// `detail:lang`, by language, in the order of the file.
  public var localizedDetails: [LocalizedText]
  public var permissions: [PermissionSchema]

  public init(
    title: String? = nil,
    localizedTitles: [LocalizedText] = [],
    detail: String? = nil,
    localizedDetails: [LocalizedText] = [],
    permissions: [PermissionSchema]
  ) {
    self.title = title
    self.localizedTitles = localizedTitles
    self.detail = detail
    self.localizedDetails = localizedDetails
    self.permissions = permissions
  }
}

/// A text in one language.
public struct LocalizedText: Hashable, Sendable {
  public var language: Located<String>
  public var text: String

  public init(language: Located<String>, text: String) {
    self.language = language
    self.text = text
  }
}

/// `permission`: one entry of a permission set.
public struct PermissionSchema: Hashable, Sendable {
  /// A field's value: permissions are open to fields that are not known yet.
  public enum Value: Hashable, Sendable {
    case boolean(Bool)
    case integer(Int)
    case string(String)
    case strings([String])
  }

  /// A field beside `type`, `description` and `resource`.
  public struct Field: Hashable, Sendable {
    public var name: Located<String>
    public var value: Value

    public init(name: Located<String>, value: Value) {
      self.name = name
      self.value = value
    }
  }

  public var description: String?
  public var resource: Located<String>
  /// In the order of the file.
  public var fields: [Field]

  public init(description: String? = nil, resource: Located<String>, fields: [Field]) {
    self.description = description
    self.resource = resource
    self.fields = fields
  }
}
