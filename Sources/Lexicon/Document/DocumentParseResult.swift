public import ATProtoSyntax

/// The result of parsing one file.
public struct DocumentParseResult: Sendable {
  /// The document, or nil if the file is not a Lexicon document or has an error.
  public var document: LexiconDocument?
  /// The diagnostics, in the order of the file.
  public var diagnostics: [Diagnostic]
  /// Whether the file may be a Lexicon document. False if the file is skipped, because it has
  /// another extension, or is well-formed without a top-level `lexicon` field.
  public var isLexicon: Bool
  /// The NSID of the document, even if the document has errors.
  public var id: Located<NSID>?

  /// The readable part of the document, which is enough to check its references despite errors.
  var draft: DocumentDraft?
  /// The role of the document in a catalog.
  var role: DocumentRole = .own

  /// Creates a result, for example for a document that does not come from a file.
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

  /// Whether any diagnostic is an error.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// A document that may have errors. Definitions that cannot be read are missing from it.
struct DocumentDraft: Sendable {
  var document: LexiconDocument
  /// The declared type of each definition by name, including definitions that cannot be read.
  var types: [String: Located<String>]
  /// False if no definition can be read, so that ``types`` is incomplete.
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

extension LexiconDocument {
  /// Parses one file and runs every check that does not need other documents.
  ///
  /// The file's path decides its format. This never throws: all problems are diagnostics.
  ///
  /// - Parameter features: the experimental features that the document may use
  public static func parse(
    _ file: SourceFile,
    features: LexiconFeatures = []
  ) -> DocumentParseResult {
    guard let format = file.format else {
      return skipped(file.path, "skipped: the file extension is not .json, .yaml or .yml")
    }
    return parse(LocatedTree.read(file, as: format), features)
  }

  /// Parses one file of a catalog.
  static func parse(_ file: CatalogFile, _ features: LexiconFeatures) -> DocumentParseResult {
    var result = parse(file.file, features: features)
    result.role = file.role
    return result
  }

  private static func skipped(
    _ path: String,
    _ reason: String,
    _ rule: Rule = .notALexicon
  ) -> DocumentParseResult {
    let start = SourceLocation(path: path, offset: 0, line: 1, column: 1)
    let diagnostic = Diagnostic(rule, at: start, reason)
    return DocumentParseResult(document: nil, diagnostics: [diagnostic], isLexicon: false)
  }

  /// Runs the checks of a file that is already read as JSON or YAML.
  static func parse(_ tree: LocatedTree, _ features: LexiconFeatures) -> DocumentParseResult {
    guard let root = tree.root else {
      return DocumentParseResult(document: nil, diagnostics: tree.diagnostics, isLexicon: true)
    }
    guard root["lexicon"] != nil else {
      guard case .string(let id)? = root["id"]?.kind, (try? NSID(id)) != nil,
        case .object? = root["defs"]?.kind
      else { return skipped(tree.source.path, "skipped: the file has no field 'lexicon'") }
      let reason = "\(quoted(id)) is skipped: it has 'id' and 'defs', but no \"lexicon\": 1"
      return skipped(tree.source.path, reason, .missingVersion)
    }
    var decoder = DocumentDecoder(tree.source, features)
    let draft = decoder.document(root)
    let diagnostics = (tree.diagnostics + decoder.diagnostics).sorted()
    var result = DocumentParseResult(document: nil, diagnostics: diagnostics, isLexicon: true)
    result.id = decoder.id
    result.draft = draft
    if !result.hasErrors { result.document = draft?.document }
    return result
  }
}
