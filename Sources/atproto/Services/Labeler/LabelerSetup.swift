import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import Labeler

/// What an identity needs to become the one of a labeler, or to stop being one. Computes the changes
/// without making them.
struct LabelerSetup: Sendable {
  enum Change: String, CaseIterable, Sendable {
    case key, service
  }

  /// Empty if nothing has to change.
  let changes: [Change]
  /// The identity with the changes. All other keys and services are as they were.
  let data: PLCData

  /// - Parameters:
  ///   - url: the public URL of the labeler.
  ///   - key: the key that signs labels.
  init(adding key: PublicKey, url: String, to current: PLCData) {
    var data = current
    LabelerIdentity.set(url: url, key: key, in: &data)
    self.init(from: current, to: data)
  }

  init(removingFrom current: PLCData) {
    var data = current
    LabelerIdentity.remove(from: &data)
    self.init(from: current, to: data)
  }

  private init(from current: PLCData, to data: PLCData) {
    self.data = data
    changes = Change.allCases.filter { change in
      switch change {
      case .key:
        current.verificationMethods[LabelerIdentity.key]
          != data.verificationMethods[LabelerIdentity.key]
      case .service:
        current.services[LabelerIdentity.service] != data.services[LabelerIdentity.service]
      }
    }
  }

  /// The operation, for a holder of a rotation key.
  ///
  /// Throws unless the key is one of the identity's rotation keys.
  func operation(after last: PLCOperation, signedBy key: PrivateKey) throws -> PLCOperation {
    guard last.data?.rotationKeys.contains(key.publicKey.didKey) == true else {
      throw CommandError(
        reason: "\(key.publicKey.didKey) is not a rotation key of the identity"
      )
    }
    return PLCOperation(data, after: last.cid, signedBy: key)
  }

  /// The IDs of the entries that the owner of a `did:web` removes from its DID document.
  static func webEntryIDs(of did: DID) -> DataValue {
    [
      "verificationMethod": [.string("\(did)#\(LabelerIdentity.key)")],
      "service": [.string("#\(LabelerIdentity.service)")],
    ]
  }

  /// The entries that the owner of a `did:web` adds to its DID document.
  static func webEntries(of did: DID, key: PublicKey, url: String) -> DataValue {
    [
      "verificationMethod": [
        [
          "id": .string("\(did)#\(LabelerIdentity.key)"), "type": "Multikey",
          "controller": .string(did.string), "publicKeyMultibase": .string(key.multikey),
        ]
      ],
      "service": [
        [
          "id": .string("#\(LabelerIdentity.service)"),
          "type": .string(LabelerIdentity.serviceType), "serviceEndpoint": .string(url),
        ]
      ],
    ]
  }
}
