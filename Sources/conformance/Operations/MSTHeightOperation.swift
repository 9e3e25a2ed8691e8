import ATProtoData
import ATProtoRepo

enum MSTHeightOperation: Operation {
  static let name = "mst_height"

  /// Of any text, also one that is no key: the height is a figure of its hash.
  static func answer(_ request: Request) throws -> DataObject {
    ["height": .integer(MSTKey.height(of: [UInt8](try request.string("key").utf8)))]
  }
}
