import ATProtoCrypto

/// What the server stores, and the secrets that it finds there.
struct PDSStorage: Sendable {
  let store: any PDSStore
  let blobstore: FileBlobstore
  let firehose: Firehose
  /// Signs sessions.
  let sessionKey: SymmetricKey
  /// Nil if the server has no administrator.
  let adminPassword: String?

  /// Opens the directories that the configuration names, creating them if necessary.
  ///
  /// - Parameter onSequenced: called when new events are durable.
  init(
    opening configuration: PDSConfiguration,
    onSequenced: @escaping @Sendable () -> Void
  ) throws {
    let firehose = Firehose()
    self.firehose = firehose
    let store = try SQLiteStore(folder: configuration.dataDirectory) { entries in
      firehose.publish(entries)
      onSequenced()
    }
    self.store = store
    blobstore = try FileBlobstore(
      configuration.blobDirectory ?? configuration.dataDirectory + "/blobs",
      of: try store.name(),
      isEmpty: try !store.hasBlobs()
    )
    let key =
      if let secret = configuration.sessionSecret {
        SHA256.hash(Array(secret.utf8)).bytes
      } else {
        try store.secret("session-key") { SymmetricKey().rawRepresentation }
      }
    sessionKey = try SymmetricKey(key)
    adminPassword =
      try configuration.adminPassword
      ?? (configuration.isDevelopment ? store.adminPassword() : nil)
  }
}

extension SQLiteStore {
  /// The random name of the database, generated at the first start.
  fileprivate func name() throws -> String {
    String(
      decoding: try secret(Self.nameKey) { Array(SecureRandom.base32(26).utf8) },
      as: UTF8.self
    )
  }

  /// The administrator's password of a development server, generated at the first start.
  fileprivate func adminPassword() throws -> String {
    String(
      decoding: try secret("admin-password") { Array(SecureRandom.base32(15).utf8) },
      as: UTF8.self
    )
  }
}
