public import ATProtoCrypto
public import ATProtoData
import ATProtoSyntax

extension PLCOperation {
  /// Creates and signs the first operation of an identity, which determines its ``did``.
  public init(genesis data: PLCData, signedBy key: PrivateKey) {
    self.init(signing: data, after: nil, key)
  }

  /// Creates and signs an operation that follows `previous`: an update, or, if other operations already
  /// follow `previous`, a recovery from them.
  public init(_ data: PLCData, after previous: CID, signedBy key: PrivateKey) {
    self.init(signing: data, after: previous, key)
  }

  /// Creates and signs a tombstone, which deactivates the identity.
  public init(tombstoneAfter previous: CID, signedBy key: PrivateKey) {
    self.init(
      signing: ["type": "plc_tombstone", "prev": .string(previous.description)],
      key
    )
  }

  private init(signing data: PLCData, after previous: CID?, _ key: PrivateKey) {
    var fields = data.fields
    fields["type"] = "plc_operation"
    // "If `null`, the key should actually be part of the object".
    fields["prev"] = previous.map { .string($0.description) } ?? .null
    self.init(signing: fields, key)
  }

  private init(signing unsigned: DataObject, _ key: PrivateKey) {
    var signed = unsigned
    let signature = key.sign(DataValue.object(unsigned).cborBytes())
    signed["sig"] = .string(Base64.url.encode(signature))
    do {
      try self.init(.object(signed))
    } catch {
      preconditionFailure("the created operation is malformed: \(error)")
    }
  }

  /// Returns the index of the first of `keys` that made the signature; nil if none did.
  ///
  /// The encoding is checked strictly, "otherwise, it would be possible for the signature encoding to be
  /// modified": base64url without padding or leftover bits, 64 bytes, low S. Keys of other curves are
  /// skipped.
  public func signer(among keys: [String]) -> Int? {
    guard let text = value["sig"]?.string, let signature = Base64.url.decode(text),
      signature.count == 64, var unsigned = value.object
    else { return nil }
    unsigned["sig"] = nil
    let digest = SHA256.hash(DataValue.object(unsigned).cborBytes())
    return keys.firstIndex { text in
      guard let key = try? PublicKey(didKey: text) else { return false }
      return key.isValidSignature(signature, digest: digest)
    }
  }
}
