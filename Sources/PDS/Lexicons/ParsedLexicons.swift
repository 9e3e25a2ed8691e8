import ATProtoData
import ATProtoSyntax
import Lexicon

/// A document whose definitions can be found by name: some have thousands.
struct ParsedLexicon: Sendable {
  let document: LexiconDocument
  private let positions: [String: Int]

  init(_ document: LexiconDocument) {
    self.document = document
    positions = Dictionary(
      document.definitions.enumerated().map { ($1.name.value, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// Throws ``SchemaError`` if the document has an error in the Lexicon language.
  init(json: [UInt8], as nsid: NSID) throws(SchemaError) {
    let result = LexiconDocument.parse(SourceFile(path: "\(nsid).json", bytes: json))
    guard let document = result.document else {
      let error = result.diagnostics.first { $0.severity == .error }?.message
      throw SchemaError("lexicon \(nsid) is not valid: \(error ?? "it is not a Lexicon document")")
    }
    self.init(document)
  }

  subscript(definition name: String) -> Definition? {
    positions[name].map { document.definitions[$0] }
  }
}

/// Parsed documents by the CID of their record, so that a document is parsed once.
///
/// A value type: its owner guards it.
struct ParsedLexicons: Sendable {
  /// Bytes of all records. Parsed, a document takes several times as much.
  static let maximumBytes = 2 << 20

  private var documents: [CID: ParsedLexicon] = [:]
  private var bytes = 0

  /// The number of documents.
  var count: Int { documents.count }

  subscript(cid: CID) -> ParsedLexicon? { documents[cid] }

  mutating func insert(_ document: ParsedLexicon, _ lexicon: PublishedLexicon) {
    if bytes + lexicon.length > Self.maximumBytes {
      // Few lexicons are in use at a time; the others are not worth an order.
      documents = [:]
      bytes = 0
    }
    if documents.updateValue(document, forKey: lexicon.cid) == nil { bytes += lexicon.length }
  }
}
