import Synchronization

/// One session in a store that others, processes included, use too: what they did with it counts.
///
/// Every step reads the store and writes it while nobody else does.
final class SessionKeeper: Sendable {
  private let store: any SessionStore
  private let service: ServiceEndpoint
  private let onFailure: XRPCClient.StoreFailure
  /// Where it was never kept, that the store has none does not mean that somebody logged out.
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

  /// The session comes from the store.
  func found() {
    wasKept.withLock { $0 = true }
  }

  func keep(_ tokens: SessionTokens) async {
    await exclusively { await self.save(tokens) }
  }

  /// Renews tokens by `renew`, once for all who share the store.
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
        // A store that cannot be locked may have changed under our hands.
        let kept = await self.lookUp(tokens)
        if case .replaced(let others) = kept { return .renewed(others) }
        if case .same = kept { await self.clear() }
        return .ended
      }
    }
  }

  /// The account logs out: nothing of it is kept. Gives the tokens that the server is to be told of:
  /// those last kept, and `tokens`, which may have outlived their renewal.
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

  /// Sees to it that the store does not hold just these tokens.
  func drop(_ tokens: SessionTokens) async {
    await exclusively {
      if case .same = await self.lookUp(tokens) { await self.clear() }
    }
  }

  private enum Finding {
    case same
    /// By a renewal or a login of the same account.
    case replaced(SessionTokens)
    /// Somebody logged out.
    case gone
    /// Never kept, not readable, or somebody else's.
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
      // What cannot be locked can mostly not be written, which is told.
      return await body()
    }
  }
}
