package import ATProtoCrypto
import ATProtoHTTP
package import ATProtoIdentity
package import ATProtoSyntax

/// The identity of a labeler for development, which is registered in a PLC directory on this machine
/// at the first start and kept in the labeler's database.
package struct DevelopmentIdentity: Sendable {
  private let store: any LabelerStore
  private let plc: PLCDirectoryClient

  package init(_ storage: LabelerStorage, _ plc: PLCDirectoryClient) {
    store = storage.store
    self.plc = plc
  }

  private struct Keys: Sendable {
    let rotation: PrivateKey
    let signing: PrivateKey
    let did: DID?
  }

  /// Makes the keys and the DID that the configuration does not have and the database does not have
  /// yet.
  ///
  /// The service endpoint is updated later, by ``update(to:of:)``, because the port may not be known.
  package func prepare(_ configuration: LabelerConfiguration) async throws {
    if configuration.did != nil, configuration.signingKey != nil { return }
    let keys = try keys(configuration)
    guard keys.did == nil else { return }
    let data = Self.data(keys, url: configuration.publicURL?.origin ?? "http://localhost")
    let operation = PLCOperation(genesis: data, signedBy: keys.rotation)
    try await plc.submit(operation, of: operation.did)
    try await store.write { transaction in
      let name = LabelerSecretName.did.rawValue
      try transaction.secrets.setSecret(name, Array(operation.did.string.utf8))
    }
  }

  private func keys(_ configuration: LabelerConfiguration) throws -> Keys {
    try store.setUp { transaction in
      let secrets = transaction.secrets
      func key(_ name: LabelerSecretName) throws -> PrivateKey {
        let text = try secrets.secret(
          name,
          orMake: { Array(PrivateKey(generating: .k256).multikey.utf8) }
        )
        return try PrivateKey(multikey: String(decoding: text, as: UTF8.self))
      }
      return Keys(
        rotation: try key(.rotationKey),
        signing: try configuration.signingKey ?? key(.signingKey),
        did: try configuration.did ?? secrets.text(.did).flatMap { try? DID($0) }
      )
    }
  }

  private static func data(_ keys: Keys, url: String) -> PLCData {
    PLCData(
      rotationKeys: [keys.rotation.publicKey.didKey],
      verificationMethods: [
        "atproto": keys.rotation.publicKey.didKey,
        LabelerIdentity.key: keys.signing.publicKey.didKey,
      ],
      services: [
        LabelerIdentity.service: PLCData.Service(type: LabelerIdentity.serviceType, endpoint: url)
      ]
    )
  }

  /// Updates the key and the URL in the identity, if this database has its rotation key.
  package func update(to url: String, signingKey: PublicKey, of did: DID) async throws {
    let text = try await store.read { transaction in
      try transaction.secrets.text(.rotationKey)
    }
    guard did.method == "plc", let key = text.flatMap({ try? PrivateKey(multikey: $0) }) else {
      return
    }
    let last = try await plc.lastOperation(of: did)
    guard var data = last.data, data.rotationKeys.contains(key.publicKey.didKey) else { return }
    LabelerIdentity.set(url: url, key: signingKey, in: &data)
    guard data != last.data else { return }
    try await plc.submit(PLCOperation(data, after: last.cid, signedBy: key), of: did)
  }
}
