import ATProtoData
import Lexicon
import LexiconProject

extension LanguageServer {
  /// `textDocument/codeAction`: the corrections of `lexgen check --fix`, and suggested names.
  mutating func codeActions(_ params: RequestParams) throws(MessageFailure) -> DataValue {
    let uri = try params.uri()
    let file = try workspace.file(uri)
    let range = params.value?["range"]
    let start = file.text.offset(of: try Position(range?["start"]))
    let end = file.text.offset(of: try Position(range?["end"]))
    let only = params.value?["context"]?["only"]?.array?.compactMap(\.string)
    func wants(_ kind: String) -> Bool {
      only.map { $0.contains { kind == $0 || kind.hasPrefix("\($0).") } } ?? true
    }
    var actions: [DataValue] = []
    if wants("quickfix") {
      for finding in workspace.findings(uri) {
        let token = file.tokenRange(at: finding.diagnostic.location.offset)
        guard token.lowerBound <= end, start <= token.upperBound else { continue }
        actions += quickFixes(of: finding, token, in: file)
      }
    }
    // It checks the project again and again, so it is computed only for clients that ask for it.
    if only != nil, wants("source.fixAll"), let action = fixAll(uri, file) {
      actions.append(action)
    }
    return .array(actions)
  }

  private func quickFixes(
    of finding: Finding,
    _ token: Range<Int>,
    in file: ProjectFile
  ) -> [DataValue] {
    let diagnostic = workspace.diagnostic(finding, in: file)
    func action(_ title: String, _ edits: [TextEdit]) -> DataValue {
      [
        "title": .string(title), "kind": "quickfix", "diagnostics": [diagnostic],
        "isPreferred": true, "edit": edit([file.path: edits]),
      ]
    }
    if !finding.edits.isEmpty {
      return [action("Fix: \(finding.diagnostic.message)", finding.edits)]
    }
    guard workspace.isEditable(file), let edit = finding.diagnostic.correction(of: token, in: file)
    else { return [] }
    return [action("Replace with '\(finding.diagnostic.replacement ?? "")'", [edit])]
  }

  /// Corrects the document as `lexgen check --fix` does.
  private func fixAll(_ uri: DocumentURI, _ file: ProjectFile) -> DataValue? {
    var copy = workspace
    var source = file.source
    let features = workspace.folder(of: file.path).map { workspace.folders[$0].features } ?? []
    for _ in 0..<Self.maximumRounds {
      let edits = copy.corrections(uri)
      guard !edits.isEmpty,
        let (bytes, _) = source.corrected(with: edits, features: features), bytes != source.bytes
      else { break }
      source.bytes = bytes
      copy.replace(uri, with: source)
      copy.update()
    }
    guard let change = TextEdit(from: file.source.bytes, to: source.bytes) else { return nil }
    return [
      "title": "Fix all findings with a single safe correction", "kind": "source.fixAll",
      "edit": edit([file.path: [change]]),
    ]
  }

  /// One correction can enable another.
  private static let maximumRounds = 8
}

extension ProjectFile {
  func tokenRange(at offset: Int) -> Range<Int> { tree?.token(at: offset) ?? offset..<offset }
}

extension Workspace {
  /// Opens a document with another content.
  mutating func replace(_ uri: DocumentURI, with source: SourceFile) {
    open(
      OpenDocument(
        uri: uri,
        languageID: documents[uri]?.languageID ?? "",
        version: documents[uri]?.version,
        text: TextDocument(source.bytes, encoding)
      )
    )
  }
}

extension Diagnostic {
  /// The edit that takes what the author probably meant; nil if nothing is similar enough.
  fileprivate func correction(of token: Range<Int>, in file: ProjectFile) -> TextEdit? {
    guard let replacement, !token.isEmpty else { return nil }
    let bytes = file.source.bytes
    let quote = bytes[token.lowerBound]
    guard quote == 0x22 || quote == 0x27 else { return TextEdit(token, Self.plain(replacement)) }
    guard token.count >= 2 else { return nil }
    let content = token.lowerBound + 1..<token.upperBound - 1
    let text = DataValue.string(replacement).jsonString()
    return TextEdit(content, String(text.dropFirst().dropLast()))
  }

  /// A plain scalar in YAML, or a quoted one if a plain one would mean something else.
  private static func plain(_ text: String) -> String {
    text.hasPrefix("#") ? "\"\(text)\"" : text
  }
}
