import ATProtoData

enum CBORToJSONOperation: Operation {
  static let name = "cbor_to_json"

  static func answer(_ request: Request) throws -> DataObject {
    let value = try DataValue(cbor: request.bytes(hex: "hex"))
    // A map with the key `$link` or `$bytes` would come back as something else.
    guard let back = try? DataValue(json: value.jsonBytes(), limits: .init(inputSize: .max)),
      back == value
    else { throw Refusal("the value has no JSON form") }
    return ["json": value]
  }
}
