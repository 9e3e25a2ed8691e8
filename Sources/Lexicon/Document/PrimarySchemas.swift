/// `record`: an object that can be stored in a repository.
public struct RecordSchema: Hashable, Sendable {
  /// A record key type (Record Key specification, "Record Key Type").
  public enum Key: Hashable, Sendable {
    /// A timestamp identifier, new for each record.
    case tid
    /// An NSID.
    case nsid
    /// Any valid record key.
    case any
    /// Exactly the given record key, such as `self`.
    case literal(String)
  }

  /// The type of the record keys in the collection.
  public var key: Located<Key>
  /// The content of the record.
  public var record: ObjectSchema

  /// Creates a record from its parts.
  public init(key: Located<Key>, record: ObjectSchema) {
    self.key = key
    self.record = record
  }
}

/// `query` or `procedure`: an XRPC method over HTTP.
public struct MethodSchema: Hashable, Sendable {
  /// The query parameters.
  public var parameters: ParametersSchema?
  /// The request body. Nil for queries.
  public var input: BodySchema?
  /// The response body.
  public var output: BodySchema?
  /// The errors that the method declares.
  public var errors: [ErrorSchema]

  /// Creates a method from its parts.
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

/// `subscription`: an event stream over WebSocket.
public struct SubscriptionSchema: Hashable, Sendable {
  /// The query parameters.
  public var parameters: ParametersSchema?
  /// The `description` of the message.
  public var messageDescription: String?
  /// The types of the messages.
  public var message: UnionSchema
  /// The errors that the subscription declares.
  public var errors: [ErrorSchema]

  /// Creates a subscription from its parts.
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
  /// The `description` of the body.
  public var description: String?
  /// The MIME type, or a pattern such as `*/*` or `image/*`.
  public var encoding: Located<String>
  /// An `object`, a `ref` or a `union`, or nil if the body has no schema.
  public var schema: Schema?

  /// Creates a body from its parts.
  public init(description: String? = nil, encoding: Located<String>, schema: Schema? = nil) {
    self.description = description
    self.encoding = encoding
    self.schema = schema
  }
}

/// An error that a method declares.
public struct ErrorSchema: Hashable, Sendable {
  /// The name of the error, without white space.
  public var name: Located<String>
  /// The `description` of the error.
  public var description: String?

  /// Creates an error from its parts.
  public init(name: Located<String>, description: String? = nil) {
    self.name = name
    self.description = description
  }
}

/// `params`: the query parameters of a method.
public struct ParametersSchema: Hashable, Sendable {
  /// The `description` of the parameters.
  public var description: String?
  /// The parameters: each a `boolean`, `integer` or `string`, or an `array` of one of these.
  public var properties: [PropertySchema]

  /// Creates parameters.
  public init(description: String? = nil, properties: [PropertySchema]) {
    self.description = description
    self.properties = properties
  }
}

/// `permission-set`: a bundle of permissions for OAuth scopes.
public struct PermissionSetSchema: Hashable, Sendable {
  /// The name that users see when an app requests the permissions.
  public var title: String?
  /// The translations of the title (`title:lang`), in the order of the file.
  public var localizedTitles: [LocalizedText]
  /// The description that users see when an app requests the permissions.
  public var detail: String?
  /// The translations of the detail (`detail:lang`), in the order of the file.
  public var localizedDetails: [LocalizedText]
  /// The permissions of the set, in the order of the file.
  public var permissions: [PermissionSchema]

  /// Creates a permission set from its parts.
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

/// `space`: a type of permissioned spaces (proposal 0016). Experimental.
public struct SpaceSchema: Hashable, Sendable {
  /// The type of the space keys, which have the syntax of record keys.
  public var key: Located<RecordSchema.Key>
  /// The name that users see when an app requests access.
  public var name: String
  /// The translations of the name (`name:lang`), in the order of the file.
  public var localizedNames: [LocalizedText]
  /// The NSIDs of the collections that clients should expect, in the order of the file.
  public var collections: [Located<String>]

  /// Creates a space type from its parts.
  public init(
    key: Located<RecordSchema.Key>,
    name: String,
    localizedNames: [LocalizedText] = [],
    collections: [Located<String>]
  ) {
    self.key = key
    self.name = name
    self.localizedNames = localizedNames
    self.collections = collections
  }
}

/// Text in one language.
public struct LocalizedText: Hashable, Sendable {
  /// A BCP 47 language tag.
  public var language: Located<String>
  /// The text in that language.
  public var text: String

  /// Creates a text with its language tag.
  public init(language: Located<String>, text: String) {
    self.language = language
    self.text = text
  }
}

/// `permission`: one entry of a permission set.
public struct PermissionSchema: Hashable, Sendable {
  /// The value of a field. Permissions may have fields that the language does not define yet.
  public enum Value: Hashable, Sendable {
    /// A boolean.
    case boolean(Bool)
    /// An integer.
    case integer(Int)
    /// A string.
    case string(String)
    /// An array of strings.
    case strings([String])
  }

  /// A field other than `type`, `description` and `resource`.
  public struct Field: Hashable, Sendable {
    /// The name of the field, such as `collection`.
    public var name: Located<String>
    /// The value of the field.
    public var value: Value

    /// Creates a field.
    public init(name: Located<String>, value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// The `description` of the permission.
  public var description: String?
  /// The kind of resource, such as `repo` or `rpc`.
  public var resource: Located<String>
  /// The other fields, in the order of the file.
  public var fields: [Field]

  /// Creates a permission from its parts.
  public init(description: String? = nil, resource: Located<String>, fields: [Field]) {
    self.description = description
    self.resource = resource
    self.fields = fields
  }
}
