/// Where a server keeps everything but the bytes of blobs: the seam at which a shared database can
/// take SQLite's place without touching a handler.
protocol PDSStore: Sendable {
  /// Calls `body` with the state of one moment.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value

  /// Calls `body` within a transaction: all of it, or nothing where it throws. What was written is
  /// on the disk when this returns.
  ///
  /// Two writers never see each other's work half done, so two writers of one account serialise.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value

  func close() throws
}

/// The stores within one transaction, and of no use after it.
protocol PDSTransaction {
  var accounts: any AccountStore { get }
  var refreshTokens: any RefreshTokenStore { get }
  var appPasswords: any AppPasswordStore { get }
  var mailTokens: any MailTokenStore { get }
  var invites: any InviteStore { get }
  var takedowns: any TakedownStore { get }
  var secrets: any SecretStore { get }
  var repositories: any RepositoryStore { get }
  var blobs: any BlobIndex { get }
  var preferences: any PreferenceStore { get }
  var sequence: any SequenceStore { get }
}
