public import ATProtoSyntax

/// One Lexicon document: a file of definitions under one NSID.
///
/// Lexicon specification, "Lexicon Files".
public struct LexiconDocument: Hashable, Sendable {
  /// The document's NSID (`id`).
  public var id: Located<NSID>
  public var description: String?
  /// The definitions in the order of the file. Never empty; names are unique.
  public var definitions: [Definition]

  public init(id: Located<NSID>, description: String? = nil, definitions: [Definition]) {
    self.id = id
    self.description = description
    self.definitions = definitions
  }

  /// The definition of the given name, `main` for instance.
  public subscript(definition name: String) -> Definition? {
    definitions.first { $0.name.value == name }
  }
}

/// A named definition under `defs`.
public struct Definition: Hashable, Sendable {
  /// What a definition can be: a primary type, or a field type that may be named.
  ///
  /// `params`, `permission`, `ref`, `union` and `unknown` cannot be named (Lexicon
  /// specification, "Lexicon Files").
  public enum Kind: Hashable, Sendable {
    case record(RecordSchema)
    case query(MethodSchema)
    case procedure(MethodSchema)
    case subscription(SubscriptionSchema)
    case permissionSet(PermissionSetSchema)
    case token
    /// `object`, `array`, `string`, `integer`, `boolean`, `bytes`, `cid-link` or `blob`.
    case schema(Schema)
  }

  public var name: Located<String>
  public var description: String?
  public var kind: Kind

  public init(name: Located<String>, description: String? = nil, kind: Kind) {
    self.name = name
    self.description = description
    self.kind = kind
  }

  public var isMain: Bool { name.value == "main" }

  public var isPrimary: Bool {
    switch kind {
    case .record, .query, .procedure, .subscription, .permissionSet: true
    case .token, .schema: false
    }
  }
}
