import ATProtoData
import ATProtoSyntax
import Lexicon

enum SyntaxOperation: Operation {
  static let name = "syntax"

  static func answer(_ request: Request) throws -> DataObject {
    let type = try request.string("type")
    guard let format = StringSchema.Format(rawValue: type) else {
      throw Refusal("unknown string format '\(type)'")
    }
    if let error = format.fault(in: try request.string("value")) { throw error }
    return [:]
  }
}

enum LexiconOperation: Operation {
  static let name = "lexicon"

  static func answer(_ request: Request) throws -> DataObject {
    let file = SourceFile(path: "doc.json", bytes: [UInt8](try request.text("doc")))
    let checked = CheckedCatalog.checkPart([file])
    if let error = checked.diagnostics.first(where: { $0.severity == .error }) {
      throw Refusal(error.description)
    }
    guard !checked.catalog.documents.isEmpty else { throw Refusal("not a Lexicon document") }
    return [:]
  }
}

enum RecordOperation: Operation {
  static let name = "record"

  /// Documents with errors are missing from the catalog, which is not an error by itself: the
  /// record may not need them.
  static func answer(_ request: Request) throws -> DataObject {
    let documents = try request.texts("catalog").map { text in
      LexiconDocument.parse(SourceFile(path: "catalog.json", bytes: [UInt8](text))).document
    }
    let violations = Catalog(documents.compactMap { $0 }).validateRecord(
      try request.data("value"),
      collection: try NSID(request.string("collection")),
      recordKey: try request.string("rkey"),
      // The public vectors have a valid record with a blob whose CID has another codec.
      rules: [.allowsLegacyBlobs, .allowsForeignBlobCodecs]
    )
    if let violation = violations.first { throw Refusal(violation.description) }
    return [:]
  }
}
