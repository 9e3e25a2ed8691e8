public import ATProtoSyntax

/// What one file says.
public struct DocumentParseResult: Sendable {
  /// Nil when the file is no Lexicon, or has an error.
  public var document: LexiconDocument?
  /// In the order of the file.
  public var diagnostics: [Diagnostic]
  /// False when the file was passed over by rule: it has another extension, or is well formed
  /// and has no top-level `lexicon` key.
  public var isLexicon: Bool
  /// The document's NSID, also of a document with errors.
  public var id: Located<NSID>?

  /// What could be read of a document, errors or not: enough to check its references.
  var draft: DocumentDraft?

  public init(
    document: LexiconDocument?,
    diagnostics: [Diagnostic],
    isLexicon: Bool,
    id: Located<NSID>? = nil
  ) {
    self.document = document
    self.diagnostics = diagnostics
    self.isLexicon = isLexicon
    self.id = id
    draft = document.map { DocumentDraft($0) }
  }

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// A document that may have errors: definitions that could not be read are missing from it.
struct DocumentDraft: Sendable {
  var document: LexiconDocument
  /// The type that each definition says it has, by name, also of those that could not be read.
  var types: [String: Located<String>]
  /// False when the definitions cannot be read at all: then `types` does not say what there is.
  var hasDefinitions = true

  init(_ document: LexiconDocument, types: [String: Located<String>]) {
    self.document = document
    self.types = types
  }

  init(_ document: LexiconDocument) {
    self.document = document
    types = [:]
    for definition in document.definitions {
      types[definition.name.value] = Located(
        definition.typeName,
        at: definition.name.location
      )
    }
  }
}

extension Definition {
  /// As the language writes it: `permission-set`, `object`, ….
  public var typeName: String {
    switch kind {
    case .record: "record"
    case .query: "query"
    case .procedure: "procedure"
    case .subscription: "subscription"
    case .permissionSet: "permission-set"
    case .token: "token"
    case .schema(let schema): schema.typeName
    }
  }
}

extension Schema {
  /// As the language writes it: `cid-link`, `object`, ….
  public var typeName: String {
    switch kind {
    case .boolean: "boolean"
    case .integer: "integer"
    case .string: "string"
    case .bytes: "bytes"
    case .cidLink: "cid-link"
    case .blob: "blob"
    case .array: "array"
    case .object: "object"
    case .ref: "ref"
    case .union: "union"
    case .unknown: "unknown"
    }
  }
}

extension LexiconDocument {
  /// Reads one file and checks all that needs no other document.
  public static func parse(_ file: SourceFile) -> DocumentParseResult {
    let start = SourceLocation(path: file.path, offset: 0, line: 1, column: 1)
    func skipped(_ reason: String, _ rule: Rule = .notALexicon) -> DocumentParseResult {
      let diagnostic = Diagnostic(rule, at: start, reason)
      return DocumentParseResult(document: nil, diagnostics: [diagnostic], isLexicon: false)
    }
    guard let format = file.format else {
      return skipped("passed over: neither .json nor .yaml nor .yml")
    }
    let tree = LocatedTree.read(file, as: format)
    guard let root = tree.root else {
      return DocumentParseResult(document: nil, diagnostics: tree.diagnostics, isLexicon: true)
    }
    guard root["lexicon"] != nil else {
      guard case .string(let id)? = root["id"]?.kind, (try? NSID(id)) != nil,
        case .object? = root["defs"]?.kind
      else { return skipped("passed over: no field 'lexicon'") }
      let reason = "\(quoted(id)) is passed over: it has 'id' and 'defs', but no \"lexicon\": 1"
      return skipped(reason, .missingVersion)
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
