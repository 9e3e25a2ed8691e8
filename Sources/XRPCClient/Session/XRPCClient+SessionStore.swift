public import XRPC

extension XRPCClient {
  /// Told of tokens that could not be kept; calls go on, but a later process will have to log in.
  public typealias StoreFailure = @Sendable (SessionStoreError) async -> Void

  /// Logs in, and keeps the session, renewals and log-out included, in a store.
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
    let observer = Self.observer(store, client.service, onStoreFailure)
    await observer(tokens)
    return client.resuming(tokens, observer: observer)
  }

  /// A client of the account whose session is kept, at its server; nil where none is.
  public func resuming(
    from store: some SessionStore,
    onStoreFailure: @escaping StoreFailure
  ) async throws(SessionStoreError) -> XRPCClient? {
    guard let kept = try await store.load() else { return nil }
    var client = self
    client.service = kept.service
    return client.resuming(
      kept.tokens,
      observer: Self.observer(store, kept.service, onStoreFailure)
    )
  }

  private static func observer(
    _ store: some SessionStore,
    _ service: ServiceEndpoint,
    _ onStoreFailure: @escaping StoreFailure
  ) -> XRPCSession.Observer {
    { tokens in
      do throws(SessionStoreError) {
        if let tokens {
          try await store.save(StoredSession(service: service, tokens: tokens))
        } else {
          try await store.clear()
        }
      } catch {
        await onStoreFailure(error)
      }
    }
  }
}
