import ATProtoCrypto
import ATProtoData
import ATProtoSyntax

/// The signed genesis operation of a `did:plc` identity (did:plc specification, "Operation
/// Serialization, Signing, and Validation").
///
///     unsigned  = DAG-CBOR of the operation without "sig"
///     sig       = base64url( ECDSA-SHA256( unsigned ) )
///     did       = "did:plc:" first 24 characters of base32( SHA-256( DAG-CBOR with "sig" ) )
struct PLCOperation: Hashable, Sendable {
  let value: DataValue
  /// The operation in DAG-CBOR, with its signature.
  let block: [UInt8]

  /// Makes the operation that creates an account's identity, signed by its rotation key.
  ///
  /// - Parameters:
  ///   - recoveryKey: goes before the rotation key, so that its owner has the last word.
  ///   - endpoint: the URL of the server.
  init(genesisOf handle: Handle, _ keys: AccountKeys, recoveryKey: PublicKey?, endpoint: String) {
    let rotationKeys = [recoveryKey, keys.rotation.publicKey].compactMap(\.self)
    var operation: DataValue = [
      "type": "plc_operation",
      "rotationKeys": .array(rotationKeys.map { .string($0.didKey) }),
      "verificationMethods": ["atproto": .string(keys.signing.publicKey.didKey)],
      "alsoKnownAs": [.string("at://\(handle)")],
      "services": [
        "atproto_pds": [
          "type": "AtprotoPersonalDataServer", "endpoint": .string(endpoint),
        ]
      ],
      "prev": nil,
    ]
    let signature = keys.rotation.sign(operation.cborBytes())
    operation["sig"] = .string(Base64.url.encode(signature))
    value = operation
    block = operation.cborBytes()
  }

  init(block: [UInt8]) throws {
    value = try DataValue(cbor: block)
    self.block = block
  }

  var did: DID {
    let hash = Base32.encode(SHA256.hash(block).bytes)
    guard let did = try? DID("did:plc:\(hash.prefix(24))") else {
      preconditionFailure("base32 makes a DID")
    }
    return did
  }

  /// The DID document that the operation stands for (did:plc specification, "Presentation as DID
  /// Document").
  func document(of did: DID) -> DataValue {
    let keys = value["verificationMethods"]?.object ?? DataObject()
    let methods: [DataValue] = keys.compactMap { name, key in
      guard let key = key.string, key.hasPrefix("did:key:") else { return nil }
      return [
        "id": .string("\(did)#\(name)"),
        "type": "Multikey",
        "controller": .string(did.string),
        "publicKeyMultibase": .string(String(key.dropFirst(8))),
      ]
    }
    let services: [DataValue] = (value["services"]?.object ?? DataObject()).map { name, service in
      [
        "id": .string("#\(name)"),
        "type": service["type"] ?? nil,
        "serviceEndpoint": service["endpoint"] ?? nil,
      ]
    }
    return [
      "@context": [
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/security/multikey/v1",
        "https://w3id.org/security/suites/secp256k1-2019/v1",
      ],
      "id": .string(did.string),
      "alsoKnownAs": value["alsoKnownAs"] ?? [],
      "verificationMethod": .array(methods),
      "service": .array(services),
    ]
  }
}
