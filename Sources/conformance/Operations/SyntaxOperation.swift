import ATProtoData
import ATProtoSyntax
import Lexicon

enum SyntaxOperation: Operation {
  static let name = "syntax"

  static func answer(_ request: Request) throws -> DataObject {
    let type = try request.string("type")
    guard let format = StringSchema.Format(rawValue: type) else {
      throw Refusal("no string format '\(type)'")
    }
    if let error = format.fault(in: try request.string("value")) { throw error }
    return [:]
  }
}
