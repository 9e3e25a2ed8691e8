import Lexicon

/// The content of a file, with everything that is derived from it on first use.
final class ProjectFile {
  let source: SourceFile
  let role: DocumentRole
  private let encoding: PositionEncoding

  init(_ file: CatalogFile, _ encoding: PositionEncoding) {
    source = file.file
    role = file.role
    self.encoding = encoding
  }

  convenience init(_ source: SourceFile, _ encoding: PositionEncoding) {
    self.init(CatalogFile(source), encoding)
  }

  var path: String { source.path }
  private(set) lazy var text = TextDocument(source.bytes, encoding)
  private(set) lazy var root: SyntaxNode? = SyntaxNode.read(source)
  private(set) lazy var outline = DocumentOutline(root)
  private(set) lazy var tree: LocatedTree? = source.format.map { LocatedTree.read(source, as: $0) }
}

/// A buffer of the client.
struct OpenDocument {
  let uri: DocumentURI
  let languageID: String
  var version: Int?
  var text: TextDocument
  /// Whether a change was lost, so that the text differs from that of the client until the client
  /// sends all of it.
  var isDesynchronized = false

  /// The absolute path of the file, or the URI of a document without a file, with an extension that
  /// tells its format.
  var path: String {
    if let path = uri.path { return path }
    let text = uri.description
    if DocumentFormat(path: text) != nil { return text }
    return text + (languageID == "yaml" ? ".yaml" : ".json")
  }

  var source: SourceFile { SourceFile(path: path, bytes: text.bytes) }
}
