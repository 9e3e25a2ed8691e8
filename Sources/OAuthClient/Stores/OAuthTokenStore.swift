public import ATProtoSyntax
public import XRPCClient

/// Stores the sessions of accounts, one for each, and the logins that wait for their callbacks.
///
/// ``DirectoryTokenStore`` keeps them in files, `KeychainTokenStore` in the keychain of an Apple
/// platform; ``MemoryTokenStore``, in memory, is the twin for tests. A server app implements it over its
/// database. What is stored contains secrets.
public protocol OAuthTokenStore: Sendable {
  /// The session of an account; nil if there is none.
  func session(of did: DID) async throws(SessionStoreError) -> StoredOAuthSession?
  /// Adds a session, or replaces that of the account. A refresh token works only once, so an older
  /// session is useless.
  func save(_ session: StoredOAuthSession) async throws(SessionStoreError)
  /// Deletes the session of an account.
  func removeSession(of did: DID) async throws(SessionStoreError)
  /// Runs `body` while no other task or process does so for this account.
  ///
  /// Renewals run this way, because using a refresh token twice ends the session; "client
  /// implementations may need locking primitives to prevent concurrent token refresh requests" (OAuth
  /// specification, "Tokens and Session Lifetime").
  func exclusively<Value: Sendable>(
    _ did: DID,
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value

  /// Adds a login. Expired ones may be dropped.
  func save(_ login: PendingLogin) async throws(SessionStoreError)
  /// Removes a login and returns it; nil if there is none with this state. Of several calls with the
  /// same state only one gets the login.
  func takeLogin(state: String) async throws(SessionStoreError) -> PendingLogin?
}

/// The session of one account in a store.
struct AccountTokenStore: SessionStore {
  let store: any OAuthTokenStore
  let did: DID

  func load() async throws(SessionStoreError) -> StoredOAuthSession? {
    try await store.session(of: did)
  }

  func save(_ session: StoredOAuthSession) async throws(SessionStoreError) {
    try await store.save(session)
  }

  func clear() async throws(SessionStoreError) {
    try await store.removeSession(of: did)
  }

  func exclusively<Value: Sendable>(
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value {
    try await store.exclusively(did, body)
  }
}
