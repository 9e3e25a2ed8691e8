import ATProtoCrypto

/// The server's own secrets, by name.
package protocol SecretStore {
  func secret(_ name: String) throws -> [UInt8]?
  func setSecret(_ name: String, _ value: [UInt8]) throws
}

extension SecretStore {
  /// Returns the secret with that name, creating it with `make` if it does not exist.
  func secret(_ name: String, orMake make: () -> [UInt8]) throws -> [UInt8] {
    if let stored = try secret(name) { return stored }
    let secret = make()
    try setSecret(name, secret)
    return secret
  }

  /// The key that signs sessions, unless a setting provides one.
  func sessionKey() throws -> [UInt8] {
    try secret("session-key", orMake: { SymmetricKey().rawRepresentation })
  }

  /// Makes DPoP nonces, unless a setting names another secret.
  func dpopSecret() throws -> [UInt8] {
    try secret("dpop-secret", orMake: { SecureRandom.bytes(32) })
  }

  /// Protects the forms of the pages.
  func pageKey() throws -> [UInt8] {
    try secret("page-key", orMake: { SecureRandom.bytes(32) })
  }

  /// The administrator's password of a development server.
  func developmentPassword() throws -> String {
    let bytes = try secret("admin-password", orMake: { Array(SecureRandom.base32(15).utf8) })
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A random name that distinguishes one database from another; a blobstore stores the name of its
  /// database.
  package func databaseName() throws -> String {
    let bytes = try secret(Self.databaseNameKey, orMake: { Array(SecureRandom.base32(26).utf8) })
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Renames a copy, which is a separate database.
  package func setDatabaseName(_ name: String) throws {
    try setSecret(Self.databaseNameKey, Array(name.utf8))
  }

  private static var databaseNameKey: String { "database-name" }
}
