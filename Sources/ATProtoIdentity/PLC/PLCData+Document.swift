import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

extension PLCData {
  /// The DID document that stands for the data ("Presentation as DID Document").
  public func document(of did: DID) -> DataValue {
    let keys = verificationMethods.sorted { $0.key < $1.key }
    var context = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    for (_, key) in keys {
      // Keys of other curves have no context that we could name.
      guard let curve = try? PublicKey(didKey: key).curve else { continue }
      let suite = curve == .k256 ? "secp256k1-2019" : "ecdsa-2019"
      let name = "https://w3id.org/security/suites/\(suite)/v1"
      if !context.contains(name) { context.append(name) }
    }
    return [
      "@context": .array(context.map { .string($0) }),
      "id": .string(did.string),
      "alsoKnownAs": .array(alsoKnownAs.map { .string($0) }),
      "verificationMethod": .array(
        keys.map { id, key in
          [
            "id": .string("\(did)#\(id)"),
            "type": "Multikey",
            "controller": .string(did.string),
            "publicKeyMultibase": .string(
              key.hasPrefix("did:key:") ? String(key.dropFirst(8)) : key
            ),
          ]
        }
      ),
      "service": .array(
        services.sorted { $0.key < $1.key }.map { id, service in
          [
            "id": .string("#\(id)"),
            "type": .string(service.type),
            "serviceEndpoint": .string(service.endpoint),
          ]
        }
      ),
    ]
  }
}
