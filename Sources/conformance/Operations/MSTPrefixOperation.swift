import ATProtoData
import ATProtoRepo

enum MSTPrefixOperation: Operation {
  static let name = "mst_prefix"

  /// In bytes of UTF-8.
  static func answer(_ request: Request) throws -> DataObject {
    let left = [UInt8](try request.string("left").utf8)
    let right = [UInt8](try request.string("right").utf8)
    return ["len": .integer(MSTKey.commonPrefixCount(left, right))]
  }
}
