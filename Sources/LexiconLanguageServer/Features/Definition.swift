import ATProtoData

extension LanguageServer {
  /// `textDocument/definition`: from a name to the key of what it names.
  mutating func definition(_ params: RequestParams) throws(MessageFailure) -> DataValue {
    let file = try workspace.file(try params.uri())
    let offset = file.text.offset(of: try params.position())
    if let site = file.outline.propertySites.first(where: { $0.token.includes(offset) }) {
      return location(of: site.property, in: file)
    }
    guard let site = file.outline.site(at: offset),
      let (target, definition) = workspace.target(of: site, from: file)
    else { return .null }
    return location(of: definition.key, in: target)
  }

  func location(of token: SyntaxNode.Token, in file: ProjectFile) -> DataValue {
    [
      "uri": .string("\(uri(of: file))"), "range": file.text.range(token.range),
    ]
  }

  func uri(of file: ProjectFile) -> DocumentURI { workspace.uri(of: file.path) }
}

extension SyntaxNode.Token {
  /// Whether a cursor is in the token, or at one of its ends.
  func includes(_ offset: Int) -> Bool { range.lowerBound <= offset && offset <= range.upperBound }
}

extension DocumentOutline {
  func site(at offset: Int) -> Site? { sites.first { $0.token.includes(offset) } }

  func definition(at offset: Int) -> Definition? {
    definitions.first { $0.key.includes(offset) }
  }
}

extension Workspace {
  /// The definition that a name leads to. A known value that does not name a token is just text.
  mutating func target(
    of site: DocumentOutline.Site,
    from file: ProjectFile
  ) -> (ProjectFile, DocumentOutline.Definition)? {
    guard let (target, definition) = definition(site.target, from: file),
      site.kind != .token || definition.type == "token"
    else { return nil }
    return (target, definition)
  }

  mutating func definition(
    _ name: DefinitionName,
    from file: ProjectFile
  ) -> (ProjectFile, DocumentOutline.Definition)? {
    // A local name in a document without an NSID has no other document to be found in.
    let found = name.nsid == file.outline.nsid ?? "" ? file : document(name.nsid, from: file)
    guard let found, let definition = found.outline.definition(name.name) else { return nil }
    return (found, definition)
  }
}
