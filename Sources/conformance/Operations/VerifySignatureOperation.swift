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
