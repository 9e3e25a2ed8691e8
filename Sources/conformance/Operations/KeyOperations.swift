import ATProtoCrypto
import ATProtoData

enum VerifySignatureOperation: Operation {
  static let name = "verify_sig"

  static func answer(_ request: Request) throws -> DataObject {
    let key = try PublicKey(didKey: request.string("did_key"))
    let message = try request.bytes(base64: "msg")
    guard key.isValidSignature(try request.bytes(base64: "sig"), for: message) else {
      throw Refusal("not a signature of the message by the key")
    }
    return [:]
  }
}

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
