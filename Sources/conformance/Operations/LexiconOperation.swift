import ATProtoData
import Lexicon

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
