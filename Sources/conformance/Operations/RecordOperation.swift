import ATProtoData
import ATProtoSyntax
import Lexicon

enum RecordOperation: Operation {
  static let name = "record"

  /// Documents of the catalog that have errors are missing from it, no more: the record may not
  /// need them.
  static func answer(_ request: Request) throws -> DataObject {
    let documents = try request.texts("catalog").map { text in
      LexiconDocument.parse(SourceFile(path: "catalog.json", bytes: [UInt8](text))).document
    }
    let violations = Catalog(documents.compactMap { $0 }).validateRecord(
      try request.data("value"),
      collection: try NSID(request.string("collection")),
      recordKey: try request.string("rkey"),
      // The public vectors have a valid record with a blob whose CID is of another codec.
      rules: [.allowsLegacyBlobs, .allowsForeignBlobCodecs]
    )
    if let violation = violations.first { throw Refusal(violation.description) }
    return [:]
  }
}
