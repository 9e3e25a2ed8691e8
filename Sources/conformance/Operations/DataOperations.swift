import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax

enum CBORRoundTripOperation: Operation {
  static let name = "cbor_roundtrip"

  static func answer(_ request: Request) throws -> DataObject {
    try DataValue(cbor: request.bytes(hex: "hex")).encoding
  }
}

enum CBORToJSONOperation: Operation {
  static let name = "cbor_to_json"

  static func answer(_ request: Request) throws -> DataObject {
    let value = try DataValue(cbor: request.bytes(hex: "hex"))
    // A map with the key `$link` or `$bytes` would be decoded as something else.
    guard let back = try? DataValue(json: value.jsonBytes(), limits: .init(inputSize: .max)),
      back == value
    else { throw Refusal("the value does not have a JSON form") }
    return ["json": value]
  }
}

enum JSONToCBOROperation: Operation {
  static let name = "json_to_cbor"

  static func answer(_ request: Request) throws -> DataObject {
    let value = try request.data("json")
    if let violation = value.validateDataModel().first { throw Refusal(violation.description) }
    return value.encoding
  }
}

extension DataValue {
  /// The fields of an answer that contain a value's DAG-CBOR.
  var encoding: DataObject {
    let bytes = cborBytes()
    return [
      "hex": .string(Hex.encode(bytes)), "cid": .string(CID(hashingDAGCBOR: bytes).string),
    ]
  }
}
