public import ATProtoSyntax

/// A Lexicon document: a file of definitions under one NSID.
///
/// Lexicon specification, "Lexicon Files". Two documents are equal if their contents are equal,
/// regardless of the location of their files.
public struct LexiconDocument: Hashable, Sendable {
  /// The NSID of the document (`id`), with its domain authority in lowercase.
  public var id: Located<NSID>
  /// The `description` of the document.
  public var description: String?
  /// The definitions in the order of the file. There is at least one, and names are unique.
  public var definitions: [Definition]

  /// Creates a document from its parts.
  public init(id: Located<NSID>, description: String? = nil, definitions: [Definition]) {
    self.id = id
    self.description = description
    self.definitions = definitions
  }

  /// The definition with the given name, such as `main`, or nil if there is none.
  public subscript(definition name: String) -> Definition? {
    definitions.first { $0.name.value == name }
  }
}

/// A named definition under `defs`.
public struct Definition: Hashable, Sendable {
  /// The content of a definition: a primary type, a token, or a field type.
  ///
  /// A `params`, `permission`, `ref`, `union` or `unknown` cannot be a named definition (Lexicon
  /// specification, "Lexicon Files").
  public enum Kind: Hashable, Sendable {
    /// `record`.
    case record(RecordSchema)
    /// `query`: an XRPC method that reads.
    case query(MethodSchema)
    /// `procedure`: an XRPC method that may write.
    case procedure(MethodSchema)
    /// `subscription`: an event stream.
    case subscription(SubscriptionSchema)
    /// `permission-set`.
    case permissionSet(PermissionSetSchema)
    /// `space`: a type of permissioned spaces. Experimental.
    case space(SpaceSchema)
    /// `token`: a name without content.
    case token
    /// `object`, `array`, `string`, `integer`, `boolean`, `bytes`, `cid-link` or `blob`.
    case schema(Schema)
  }

  /// The key of the definition under `defs`.
  public var name: Located<String>
  /// The `description` of the definition.
  public var description: String?
  /// The content of the definition.
  public var kind: Kind

  /// Creates a definition from its parts.
  public init(name: Located<String>, description: String? = nil, kind: Kind) {
    self.name = name
    self.description = description
    self.kind = kind
  }

  /// Whether the definition is named `main`, so that the NSID of its document refers to it.
  public var isMain: Bool { name.value == "main" }

  /// Whether the definition has a primary type: `record`, `query`, `procedure`, `subscription`,
  /// `permission-set` or `space`.
  public var isPrimary: Bool {
    switch kind {
    case .record, .query, .procedure, .subscription, .permissionSet, .space: true
    case .token, .schema: false
    }
  }

  /// The name of the type as documents write it: `permission-set`, `object`, ….
  public var typeName: String {
    switch kind {
    case .record: "record"
    case .query: "query"
    case .procedure: "procedure"
    case .subscription: "subscription"
    case .permissionSet: "permission-set"
    case .space: "space"
    case .token: "token"
    case .schema(let schema): schema.typeName
    }
  }
}
