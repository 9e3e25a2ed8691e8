import Synchronization

/// A session in a store that other tasks and processes also use. Their changes take precedence.
///
/// Every step reads and writes the store exclusively.
final class SessionKeeper: Sendable {
  private let store: any SessionStore
  private let service: ServiceEndpoint
  private let onFailure: XRPCClient.StoreFailure
  /// If the session was never stored, an empty store does not mean that someone logged out.
  private let wasKept = Mutex(false)

  init(
    _ store: any SessionStore,
    service: ServiceEndpoint,
    _ onFailure: @escaping XRPCClient.StoreFailure
  ) {
    self.store = store
    self.service = service
    self.onFailure = onFailure
  }

  /// Records that the session comes from the store.
  func found() {
    wasKept.withLock { $0 = true }
  }

  func keep(_ tokens: SessionTokens) async {
    await exclusively { await self.save(tokens) }
  }

  /// Renews tokens with `renew`, once for all users of the store.
  func renewal(
    of tokens: SessionTokens,
    _ renew: @escaping @Sendable (SessionTokens) async -> XRPCSession.Renewal
  ) async -> XRPCSession.Renewal {
    await exclusively {
      switch await self.lookUp(tokens) {
      case .replaced(let others): return .renewed(others)
      case .gone: return .ended
      case .same, .unknown: break
      }
      switch await renew(tokens) {
      case .unavailable(let error): return .unavailable(error)
      case .renewed(let new) where new.did == tokens.did:
        await self.save(new)
        return .renewed(new)
      case .renewed, .ended:
        // A store that cannot be locked may have changed in the meantime.
        let kept = await self.lookUp(tokens)
        if case .replaced(let others) = kept { return .renewed(others) }
        if case .same = kept { await self.clear() }
        return .ended
      }
    }
  }

  /// Deletes the session of an account that logs out.
  ///
  /// - Returns: the tokens to revoke on the server: those last stored, and `tokens`, which may still
  ///   work after their renewal.
  func release(_ tokens: SessionTokens) async -> [SessionTokens] {
    await exclusively {
      switch await self.lookUp(tokens) {
      case .same:
        await self.clear()
        return [tokens]
      case .replaced(let others):
        await self.clear()
        return [others, tokens]
      case .gone, .unknown: return [tokens]
      }
    }
  }

  /// Deletes the stored session if it has these tokens.
  func drop(_ tokens: SessionTokens) async {
    await exclusively {
      if case .same = await self.lookUp(tokens) { await self.clear() }
    }
  }

  private enum Finding {
    case same
    /// Someone renewed the session or logged in to the same account.
    case replaced(SessionTokens)
    /// Someone logged out.
    case gone
    /// Never stored, unreadable, or the session of another account.
    case unknown
  }

  private func lookUp(_ tokens: SessionTokens) async -> Finding {
    do throws(SessionStoreError) {
      guard let kept = try await store.load() else {
        return wasKept.withLock { $0 } ? .gone : .unknown
      }
      guard kept.service == service, kept.tokens.did == tokens.did else { return .unknown }
      return kept.tokens.refresh == tokens.refresh ? .same : .replaced(kept.tokens)
    } catch {
      return .unknown
    }
  }

  private func save(_ tokens: SessionTokens) async {
    do throws(SessionStoreError) {
      try await store.save(StoredSession(service: service, tokens: tokens))
      found()
    } catch {
      await onFailure(error)
    }
  }

  private func clear() async {
    do throws(SessionStoreError) {
      try await store.clear()
    } catch {
      await onFailure(error)
    }
  }

  private func exclusively<Value: Sendable>(
    _ body: @escaping @Sendable () async -> Value
  ) async -> Value {
    do throws(SessionStoreError) {
      return try await store.exclusively(body)
    } catch {
      // A store that cannot be locked can usually not be written either, which is reported.
      return await body()
    }
  }
}
