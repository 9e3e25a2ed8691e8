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
