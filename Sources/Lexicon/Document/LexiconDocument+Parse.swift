import ATProtoSyntax

extension LexiconDocument {
  /// Reads one file and checks all that needs no other document.
  public static func parse(_ file: SourceFile) -> DocumentParseResult {
    let start = SourceLocation(path: file.path, offset: 0, line: 1, column: 1)
    func passedOver(
      _ reason: String,
      _ severity: Diagnostic.Severity = .note,
      rule: String = "not-a-lexicon"
    ) -> DocumentParseResult {
      let diagnostic = Diagnostic(severity, rule: rule, at: start, reason)
      return DocumentParseResult(document: nil, diagnostics: [diagnostic], isLexicon: false)
    }
    guard let format = file.format else {
      return passedOver("passed over: neither .json nor .yaml nor .yml")
    }
    let tree = LocatedTree.read(file, as: format)
    guard let root = tree.root else {
      return DocumentParseResult(document: nil, diagnostics: tree.diagnostics, isLexicon: true)
    }
    guard root["lexicon"] != nil else {
      guard case .string(let id)? = root["id"]?.kind, (try? NSID(id)) != nil,
        case .object? = root["defs"]?.kind
      else { return passedOver("passed over: no field 'lexicon'") }
      let reason = "\(quoted(id)) is passed over: it has 'id' and 'defs', but no \"lexicon\": 1"
      return passedOver(reason, .warning, rule: "missing-version")
    }
    var decoder = DocumentDecoder(tree.source)
    let draft = decoder.document(root)
    let diagnostics = (tree.diagnostics + decoder.diagnostics).sorted()
    var result = DocumentParseResult(document: nil, diagnostics: diagnostics, isLexicon: true)
    result.id = decoder.id
    result.draft = draft
    if !result.hasErrors { result.document = draft?.document }
    return result
  }
}
