import ATProtoData

extension LanguageServer {
  /// `textDocument/references`: everything that names a definition. The cursor is at the key of the
  /// definition or at one of the references.
  mutating func references(_ params: RequestParams) throws(MessageFailure) -> DataValue {
    let file = try workspace.file(try params.uri())
    let offset = file.text.offset(of: try params.position())
    guard let (owner, definition) = workspace.subject(at: offset, in: file) else { return .null }
    var locations: [DataValue] = []
    if params.value?["context"]?["includeDeclaration"] == .boolean(true) {
      locations.append(location(of: definition.key, in: owner))
    }
    for (file, site) in workspace.sites(of: definition, in: owner) {
      locations.append(location(of: site.token, in: file))
    }
    return .array(locations)
  }
}

extension Workspace {
  /// The definition that the cursor is at, or that the name at the cursor leads to.
  mutating func subject(
    at offset: Int,
    in file: ProjectFile
  ) -> (ProjectFile, DocumentOutline.Definition)? {
    if let definition = file.outline.definition(at: offset) { return (file, definition) }
    return file.outline.site(at: offset).flatMap { target(of: $0, from: file) }
  }

  /// Everything that names a definition, in the order of the files.
  func sites(
    of definition: DocumentOutline.Definition,
    in owner: ProjectFile
  ) -> [(ProjectFile, DocumentOutline.Site)] {
    let isToken = definition.type == "token"
    return files(around: owner).flatMap { file in
      file.outline.sites
        .filter { $0.target == definition.name && ($0.kind != .token || isToken) }
        .filter { _ in !definition.name.nsid.isEmpty || file === owner }
        .map { (file, $0) }
    }
  }
}
