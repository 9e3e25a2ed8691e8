import ATProtoCrypto
import ATProtoData

enum DIDKeyOperation: Operation {
  static let name = "did_key"

  static func answer(_ request: Request) throws -> DataObject {
    let name = try request.string("curve")
    guard let curve = Curve(rawValue: name) else { throw Refusal("no curve '\(name)'") }
    let scalar = try request.bytes(hex: "private_hex")
    let key = try PrivateKey(curve: curve, rawRepresentation: scalar)
    return ["did_key": .string(key.publicKey.didKey)]
  }
}
