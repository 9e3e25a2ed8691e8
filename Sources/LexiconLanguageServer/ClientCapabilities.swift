import ATProtoData

/// What the client can do, as far as the server's answers depend on it.
struct ClientCapabilities {
  var positionEncodings: [String] = []
  /// Whether the server may ask for events about files.
  var canRegisterWatchers = false
  /// Whether edits may name the versions of documents.
  var hasDocumentChanges = false
  /// Whether symbols may contain symbols.
  var hasSymbolTrees = false
  /// Whether hovers may be Markdown.
  var hasMarkdown = false

  init() {}

  init(_ value: JSONValue?) {
    positionEncodings =
      (value?["general"]?["positionEncodings"]?.array ?? []).compactMap(\.string)
    let workspace = value?["workspace"]
    canRegisterWatchers =
      workspace?["didChangeWatchedFiles"]?["dynamicRegistration"] == .boolean(true)
    hasDocumentChanges = workspace?["workspaceEdit"]?["documentChanges"] == .boolean(true)
    let document = value?["textDocument"]
    hasSymbolTrees =
      document?["documentSymbol"]?["hierarchicalDocumentSymbolSupport"] == .boolean(true)
    hasMarkdown =
      (document?["hover"]?["contentFormat"]?.array ?? []).contains(.string("markdown"))
  }
}

/// The parameters of a request about a document.
struct RequestParams {
  let value: JSONValue?

  init(_ value: JSONValue?) {
    self.value = value
  }

  func uri() throws(MessageFailure) -> DocumentURI {
    guard let uri = value?["textDocument"]?["uri"]?.string else {
      throw MessageFailure(.invalidParams, "expected a document with a URI")
    }
    return DocumentURI(uri)
  }

  func position() throws(MessageFailure) -> Position { try Position(value?["position"]) }
}

extension JSONValue {
  var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  var integer: Int? {
    if case .integer(let number) = self { number } else { nil }
  }
}
