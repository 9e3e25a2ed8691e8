import ATProtoCrypto

/// The secrets of the server: those from settings, and those that it generates at the first start
/// and keeps in its database.
struct PDSSecrets: Sendable {
  /// Signs sessions.
  let sessionKey: SymmetricKey
  /// Makes DPoP nonces.
  let dpopSecret: [UInt8]
  /// Protects the forms of the pages.
  let pageKey: [UInt8]
  /// Nil if the server has no administrator.
  let adminPassword: String?

  init(_ configuration: PDSConfiguration, _ store: any PDSStore) throws {
    let stored = try store.setUp { transaction in
      let secrets = transaction.secrets
      let needsPassword = configuration.isDevelopment && configuration.adminPassword == nil
      return (
        sessionKey: configuration.sessionSecret == nil ? try secrets.sessionKey() : [],
        dpopSecret: configuration.oauth.dpopSecret == nil ? try secrets.dpopSecret() : [],
        pageKey: try secrets.pageKey(),
        password: needsPassword ? try secrets.developmentPassword() : nil
      )
    }
    sessionKey = try SymmetricKey(
      configuration.sessionSecret.map { SHA256.hash(Array($0.utf8)).bytes } ?? stored.sessionKey
    )
    dpopSecret = configuration.oauth.dpopSecret.map { Array($0.utf8) } ?? stored.dpopSecret
    pageKey = stored.pageKey
    adminPassword = configuration.adminPassword ?? stored.password
  }
}
