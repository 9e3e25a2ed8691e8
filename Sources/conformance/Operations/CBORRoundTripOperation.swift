import ATProtoData
import ATProtoRepo

enum CBORRoundTripOperation: Operation {
  static let name = "cbor_roundtrip"

  static func answer(_ request: Request) throws -> DataObject {
    try DataValue(cbor: request.bytes(hex: "hex")).encoding
  }
}
