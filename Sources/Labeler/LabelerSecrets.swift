import ATProtoCrypto
import ATProtoSyntax
import ServiceKit

/// The identity and the secrets of a labeler: those of the configuration, and those that it keeps in
/// its database.
struct LabelerSecrets: Sendable {
  let did: DID
  let signingKey: PrivateKey
  /// Empty if the labeler accepts service tokens only.
  let adminPasswords: [String]
  /// Protects the forms of the review page.
  let pageKey: [UInt8]

  /// Throws ``ServiceError/Code/configuration`` if the labeler has no identity, or if the database
  /// belongs to another one.
  init(_ configuration: LabelerConfiguration, _ store: any LabelerStore) throws {
    self = try store.setUp { transaction in
      try LabelerSecrets(configuration, transaction.secrets)
    }
  }

  private init(_ configuration: LabelerConfiguration, _ secrets: any LabelerSecretStore) throws {
    let owner = try secrets.text(.did)
    guard let name = configuration.did?.string ?? owner, let did = try? DID(name) else {
      throw Self.missing("LABELER_DID")
    }
    guard owner == nil || owner == name else {
      throw ServiceError(
        .configuration,
        """
        the database belongs to \(owner ?? ""), not to \(name); use another \
        LABELER_DATA_DIRECTORY
        """
      )
    }
    let stored = try secrets.text(.signingKey).flatMap { try? PrivateKey(multikey: $0) }
    guard let key = configuration.signingKey ?? stored else {
      throw Self.missing("LABELER_SIGNING_KEY_HEX")
    }
    if owner == nil { try secrets.setSecret(LabelerSecretName.did.rawValue, Array(name.utf8)) }
    self.did = did
    signingKey = key
    pageKey = try secrets.secret(.pageKey, orMake: { SecureRandom.bytes(32) })
    if configuration.isDevelopment, configuration.adminPasswords.isEmpty {
      let password = try secrets.secret(
        .adminPassword,
        orMake: { Array(SecureRandom.base32(15).utf8) }
      )
      adminPasswords = [String(decoding: password, as: UTF8.self)]
    } else {
      adminPasswords = configuration.adminPasswords
    }
  }

  private static func missing(_ setting: String) -> ServiceError {
    ServiceError(
      .configuration,
      "\(setting) is not set; set it, or pass --dev to serve this machine only"
    )
  }
}
