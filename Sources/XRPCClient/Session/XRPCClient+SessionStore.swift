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
    let session = StoredSession(service: client.service, tokens: tokens)
    do throws(SessionStoreError) {
      // Not while another process renews, or finds ended, the session that was kept.
      let failure = try await store.exclusively {
        await store.failure { () throws(SessionStoreError) in try await store.save(session) }
      }
      if let failure { throw failure }
    } catch {
      // A session that is not kept: whoever renews it must not take that for a log-out.
      await onStoreFailure(error)
      return client
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
    resuming(
      tokens,
      forget: { tokens in await store.forget(tokens, onStoreFailure) },
      renew: { anonymous, tokens in
        await anonymous.renewal(of: tokens, keptIn: store, onStoreFailure)
      }
    )
  }

  /// Another process may have renewed the session meanwhile: its tokens are ours then. Or it may
  /// have logged out.
  private func renewal(
    of tokens: SessionTokens,
    keptIn store: some SessionStore,
    _ onStoreFailure: @escaping StoreFailure
  ) async -> XRPCSession.Renewal {
    // New tokens are kept while the store is locked, not when the lock is gone.
    let renew = { @Sendable () async -> XRPCSession.Renewal in
      do throws(SessionStoreError) {
        guard let kept = try await store.load() else { return .ended }
        if kept.service == service, kept.tokens.did == tokens.did,
          kept.tokens.refresh != tokens.refresh
        {
          return .renewed(kept.tokens)
        }
      } catch {
        await onStoreFailure(error)
      }
      let outcome = await renewal(of: tokens)
      let failure = await store.failure { () throws(SessionStoreError) in
        switch outcome {
        case .renewed(let new) where new.did == tokens.did:
          try await store.save(StoredSession(service: service, tokens: new))
        case .renewed, .ended:
          // What was kept is what has ended, and not a later log-in.
          if try await store.load()?.tokens.refresh == tokens.refresh { try await store.clear() }
        case .unavailable:
          break
        }
      }
      if let failure { await onStoreFailure(failure) }
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

extension SessionStore {
  /// Clears what is kept of a session once nobody renews it any more; gives its newest tokens.
  fileprivate func forget(
    _ tokens: SessionTokens,
    _ onStoreFailure: @escaping XRPCClient.StoreFailure
  ) async -> SessionTokens {
    let forget = { @Sendable () async -> SessionTokens in
      var newest = tokens
      let failure = await failure { () throws(SessionStoreError) in
        // Of another account by now: not ours to forget.
        guard let kept = try await load(), kept.tokens.did == tokens.did else { return }
        newest = kept.tokens
        try await clear()
      }
      if let failure { await onStoreFailure(failure) }
      return newest
    }
    do throws(SessionStoreError) {
      return try await exclusively(forget)
    } catch {
      return await forget()
    }
  }

  fileprivate func failure(
    _ work: () async throws(SessionStoreError) -> Void
  ) async -> SessionStoreError? {
    do throws(SessionStoreError) {
      try await work()
      return nil
    } catch {
      return error
    }
  }
}
