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
    do throws(SessionStoreError) {
      try await store.save(StoredSession(service: client.service, tokens: tokens))
    } catch {
      await onStoreFailure(error)
    }
    return client.resuming(tokens, keptIn: store, onStoreFailure)
  }

  /// A client of the account whose session is kept, at its server; nil where none is.
  public func resuming(
    from store: some SessionStore,
    onStoreFailure: @escaping StoreFailure
  ) async throws(SessionStoreError) -> XRPCClient? {
    guard let kept = try await store.load() else { return nil }
    var client = self
    client.service = kept.service
    return client.resuming(kept.tokens, keptIn: store, onStoreFailure)
  }

  private func resuming(
    _ tokens: SessionTokens,
    keptIn store: some SessionStore,
    _ onStoreFailure: @escaping StoreFailure
  ) -> XRPCClient {
    // New tokens are kept while the store is locked, not when the lock is gone.
    let observer: XRPCSession.Observer = { tokens in
      guard tokens == nil else { return }
      do throws(SessionStoreError) {
        try await store.clear()
      } catch {
        await onStoreFailure(error)
      }
    }
    return resuming(tokens, observer: observer) { anonymous, tokens in
      await anonymous.renewal(of: tokens, keptIn: store, onStoreFailure)
    }
  }

  /// Another process may have renewed the session meanwhile: its tokens are ours then.
  private func renewal(
    of tokens: SessionTokens,
    keptIn store: some SessionStore,
    _ onStoreFailure: @escaping StoreFailure
  ) async -> XRPCSession.Renewal {
    let renew = { @Sendable () async -> XRPCSession.Renewal in
      if let kept = try? await store.load(), kept.service == service,
        kept.tokens.did == tokens.did, kept.tokens.refresh != tokens.refresh
      {
        return .renewed(kept.tokens)
      }
      let outcome = await renewal(of: tokens)
      if case .renewed(let new) = outcome, new.did == tokens.did {
        do throws(SessionStoreError) {
          try await store.save(StoredSession(service: service, tokens: new))
        } catch {
          await onStoreFailure(error)
        }
      }
      return outcome
    }
    do throws(SessionStoreError) {
      return try await store.exclusively(renew)
    } catch {
      // What cannot be locked can mostly not be written, which is told.
      return await renew()
    }
  }
}
