/// What a labeler keeps about itself, by name. Values may be secret.
package protocol LabelerSecretStore {
  func secret(_ name: String) throws -> [UInt8]?
  func setSecret(_ name: String, _ value: [UInt8]) throws
}

extension LabelerSecretStore {
  /// Returns the secret with that name, creating it with `make` if it does not exist.
  func secret(_ name: LabelerSecretName, orMake make: () -> [UInt8]) throws -> [UInt8] {
    if let stored = try secret(name.rawValue) { return stored }
    let secret = make()
    try setSecret(name.rawValue, secret)
    return secret
  }

  func text(_ name: LabelerSecretName) throws -> String? {
    try secret(name.rawValue).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The names of secrets.
enum LabelerSecretName: String, Sendable {
  /// The DID to which the database belongs, as text.
  case did
  /// Protects the forms of the review page.
  case pageKey = "page-key"
  /// In development: the administrator's password, as text.
  case adminPassword = "admin-password"
  /// In development: the key that signs labels, as a multikey.
  case signingKey = "signing-key"
  /// In development: the rotation key of the labeler's identity, as a multikey.
  case rotationKey = "rotation-key"
}
