import ATProtoData
import Lexicon

extension LanguageServer {
  /// `textDocument/prepareRename`: the range of the name alone.
  mutating func prepareRename(_ params: RequestParams) throws(MessageFailure) -> DataValue {
    let file = try workspace.file(try params.uri())
    let offset = file.text.offset(of: try params.position())
    let (_, definition) = try renamed(at: offset, in: file)
    let range =
      file.outline.definition(at: offset)?.key.content
      ?? file.outline.site(at: offset).flatMap { file.nameRange(of: $0) }
    guard let range else { throw Self.nothingToRename }
    return [
      "range": file.text.range(range), "placeholder": .string(definition.name.name),
    ]
  }

  /// `textDocument/rename`: changes the key of a definition and the names in all references to it,
  /// and nothing else.
  mutating func rename(_ params: RequestParams) throws(MessageFailure) -> DataValue {
    // Edits of files that are not open must fit what is on disk now.
    workspace.readAgain(try params.uri())
    let file = try workspace.file(try params.uri())
    let offset = file.text.offset(of: try params.position())
    guard let name = params.value?["newName"]?.string else {
      throw MessageFailure(.invalidParams, "expected a new name")
    }
    let (owner, definition) = try renamed(at: offset, in: file)
    guard Self.isName(name) else {
      throw MessageFailure(
        .invalidParams,
        "'\(name)' is not a valid name: use letters and digits, beginning with a letter"
      )
    }
    if name == definition.name.name { return edit([:]) }
    guard name != "main" else {
      throw MessageFailure(
        .invalidParams,
        "'main' is not a valid new name: the NSID of the document would refer to it"
      )
    }
    guard owner.outline.definition(name) == nil else {
      throw MessageFailure(
        .invalidParams,
        "'\(name)' is not a valid new name: another definition has it"
      )
    }
    var edits: [String: [TextEdit]] = [owner.path: [TextEdit(definition.key.content, name)]]
    for (file, site) in workspace.sites(of: definition, in: owner) {
      guard let range = file.nameRange(of: site) else { continue }
      guard workspace.isEditable(file) else {
        throw MessageFailure(
          .requestFailed,
          "cannot rename '\(definition.name.name)': \(workspace.name(of: file)) refers to it and is "
            + "not one of the project's own documents"
        )
      }
      let uri = uri(of: file)
      guard workspace.isSynchronized(uri) else { throw Self.lostChanges(uri) }
      edits[file.path, default: []].append(TextEdit(range, name))
    }
    return edit(edits)
  }

  private mutating func renamed(
    at offset: Int,
    in file: ProjectFile
  ) throws(MessageFailure) -> (ProjectFile, DocumentOutline.Definition) {
    guard let (owner, definition) = workspace.subject(at: offset, in: file) else {
      throw Self.nothingToRename
    }
    guard definition.name.name != "main" else {
      throw MessageFailure(
        .invalidParams,
        "cannot rename 'main': the NSID of the document refers to it"
      )
    }
    let uri = uri(of: owner)
    guard workspace.isSynchronized(uri) else { throw Self.lostChanges(uri) }
    guard workspace.isEditable(owner) else {
      throw MessageFailure(
        .requestFailed,
        "cannot rename '\(definition.name.name)': \(workspace.name(of: owner)) is not one of the "
          + "project's own documents"
      )
    }
    return (owner, definition)
  }

  private static let nothingToRename = MessageFailure(
    .invalidParams,
    "cannot rename: no definition at this position"
  )

  private static func isName(_ text: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 255 else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
  }

  /// A `WorkspaceEdit`.
  func edit(_ edits: [String: [TextEdit]]) -> DataValue {
    var documentChanges: [DataValue] = []
    var changes: DataValue = .object(DataObject())
    for (path, edits) in edits.sorted(by: { $0.key < $1.key }) {
      guard let file = workspace.anyFile(path) else { continue }
      let uri = uri(of: file)
      let list: DataValue = .array(
        edits.map { edit in
          ["range": file.text.range(edit.range), "newText": .string(edit.replacement)]
        }
      )
      let version = workspace.documents[uri]?.version.map { DataValue.integer($0) } ?? .null
      documentChanges.append(
        ["textDocument": ["uri": .string("\(uri)"), "version": version], "edits": list]
      )
      changes["\(uri)"] = list
    }
    return client.hasDocumentChanges
      ? ["documentChanges": .array(documentChanges)] : ["changes": changes]
  }
}

extension Workspace {
  /// A file of any project, or a buffer outside of them.
  func anyFile(_ path: String) -> ProjectFile? {
    if let folder = folder(of: path) { return folders[folder].files[path] }
    return documents[uri(of: path)].map { ProjectFile($0.source, encoding) }
  }
}

extension ProjectFile {
  /// The part of a reference after `#`; nil if it has none, as a reference to `main`.
  func nameRange(of site: DocumentOutline.Site) -> Range<Int>? {
    let content = site.token.content
    guard let hash = source.bytes[content].firstIndex(of: UInt8(ascii: "#")) else { return nil }
    return hash + 1..<content.upperBound
  }
}
