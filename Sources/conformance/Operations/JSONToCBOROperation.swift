import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax

enum JSONToCBOROperation: Operation {
  static let name = "json_to_cbor"

  static func answer(_ request: Request) throws -> DataObject {
    let value = try request.data("json")
    if let violation = value.validateDataModel().first { throw Refusal(violation.description) }
    return value.encoding
  }
}

extension DataValue {
  /// The fields of an answer that tell a value's DAG-CBOR.
  var encoding: DataObject {
    let bytes = cborBytes()
    return [
      "hex": .string(Hex.encode(bytes)), "cid": .string(CID(hashingDAGCBOR: bytes).string),
    ]
  }
}
