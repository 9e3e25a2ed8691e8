public import XRPC

extension XRPCClient {
  /// Called when tokens cannot be stored. Calls still work, but a later process has to log in.
  public typealias StoreFailure = @Sendable (SessionStoreError) async -> Void

  /// Logs in and keeps the session in a store, which is updated on renewal and logout.
  public func login(
    identifier: String,
    password: String,
    authFactorToken: String? = nil,
    keptIn store: some SessionStore,
    onStoreFailure: @escaping StoreFailure
  ) async throws(XRPCError<UnknownFailure>) -> XRPCClient {
    let client = try await login(
      identifier: identifier,
      password: password,
      authFactorToken: authFactorToken
    )
    guard let tokens = await client.session?.tokens else { return client }
    let keeper = SessionKeeper(store, service: client.service, onStoreFailure)
    await keeper.keep(tokens)
    return client.resuming(tokens, keptBy: keeper)
  }

  /// Returns a client for the stored session, which calls the account's server; nil if none is stored.
  public func resuming(
    from store: some SessionStore,
    onStoreFailure: @escaping StoreFailure
  ) async throws(SessionStoreError) -> XRPCClient? {
    guard let kept = try await store.load() else { return nil }
    var client = self
    client.service = kept.service
    let keeper = SessionKeeper(store, service: kept.service, onStoreFailure)
    keeper.found()
    return client.resuming(kept.tokens, keptBy: keeper)
  }

  private func resuming(_ tokens: SessionTokens, keptBy keeper: SessionKeeper) -> XRPCClient {
    resuming { anonymous in
      XRPCSession(
        tokens: tokens,
        renew: { await keeper.renewal(of: $0) { await anonymous.renewal(of: $0) } },
        observer: nil,
        aftermath: XRPCSession.Aftermath(
          release: { await keeper.release($0) },
          discard: { tokens in
            await keeper.drop(tokens)
            _ = try? await anonymous.revoke(tokens)
          }
        )
      )
    }
  }
}
