public import XRPC

extension XRPCClient {
  /// Called when tokens cannot be stored. Calls still work, but a later process has to log in.
  public typealias StoreFailure = @Sendable (SessionStoreError) async -> Void

  /// Logs in and keeps the session in a store, which is updated on renewal and logout.
  public func login(
    identifier: String,
    password: String,
    authFactorToken: String? = nil,
    keptIn store: some SessionStore<StoredSession>,
    onStoreFailure: @escaping StoreFailure
  ) async throws(XRPCError<UnknownFailure>) -> XRPCClient {
    let client = try await login(
      identifier: identifier,
      password: password,
      authFactorToken: authFactorToken
    )
    guard let tokens = await client.session?.tokens else { return client }
    let keeper = SessionKeeper(TokenStore(store, service: client.service), onStoreFailure)
    await keeper.keep(tokens)
    return client.resuming(tokens, keptBy: keeper)
  }

  /// Returns a client for the stored session, which calls the account's server; nil if none is stored.
  public func resuming(
    from store: some SessionStore<StoredSession>,
    onStoreFailure: @escaping StoreFailure
  ) async throws(SessionStoreError) -> XRPCClient? {
    guard let kept = try await store.load() else { return nil }
    var client = self
    client.service = kept.service
    let keeper = SessionKeeper(TokenStore(store, service: kept.service), onStoreFailure)
    keeper.found()
    return client.resuming(kept.tokens, keptBy: keeper)
  }

  private func resuming(
    _ tokens: SessionTokens,
    keptBy keeper: SessionKeeper<SessionTokens>
  ) -> XRPCClient {
    resuming { anonymous in
      XRPCSession(
        SharedSession(
          tokens,
          renew: { await keeper.renewal(of: $0) { await anonymous.renewal(of: $0) } },
          aftermath: SharedSession.Aftermath(
            release: { await keeper.release($0) },
            discard: { tokens in
              await keeper.drop(tokens)
              _ = try? await anonymous.revoke(tokens)
            }
          )
        )
      )
    }
  }
}

/// The tokens in a store, as far as they are those of one server.
struct TokenStore: SessionStore {
  private let store: any SessionStore<StoredSession>
  private let service: ServiceEndpoint

  init(_ store: any SessionStore<StoredSession>, service: ServiceEndpoint) {
    self.store = store
    self.service = service
  }

  func load() async throws(SessionStoreError) -> SessionTokens? {
    guard let kept = try await store.load() else { return nil }
    guard kept.service == service else {
      throw SessionStoreError(
        code: .unreadable,
        reason: "the stored session belongs to \(kept.service), not to \(service)"
      )
    }
    return kept.tokens
  }

  func save(_ tokens: SessionTokens) async throws(SessionStoreError) {
    try await store.save(StoredSession(service: service, tokens: tokens))
  }

  func clear() async throws(SessionStoreError) {
    try await store.clear()
  }

  func exclusively<Value: Sendable>(
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value {
    try await store.exclusively(body)
  }
}
