package import ServiceKit

/// Stores everything except the bytes of blobs.
///
/// Asynchronous on the outside, synchronous inside a transaction: the backend chooses the threads.
/// Backends are `MemoryPDSStore` and those in the targets above this one; all of them pass the same
/// conformance suite.
package protocol PDSStore: EventLogSource {
  /// Calls `body` with a snapshot of the state. Writing in it is a programming error.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value

  /// Calls `body` in a transaction that is applied as a whole, or not at all if `body` throws.
  /// When this returns, the changes are durable.
  ///
  /// Transactions are serializable: none sees another's changes before they are complete, and two
  /// transactions that change the same account run one after the other.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value

  /// Like ``write(_:)``, but blocks the thread, for setting up a server before it serves requests.
  /// Must not append events.
  func setUp<Value>(_ body: (any PDSTransaction) throws -> Value) throws -> Value

  func close() throws
}

/// The stores within one transaction; not valid after it ends.
package protocol PDSTransaction {
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
  var oauth: any OAuthStore { get }
  /// The events of the firehose; see ``SequenceEvent``.
  var sequence: any EventLogStore { get }
}

extension PDSStore {
  package func readEvents<Value: Sendable>(
    _ body: @escaping @Sendable (any EventLogStore) throws -> Value
  ) async throws -> Value {
    try await read { transaction in try body(transaction.sequence) }
  }
}
