import Synchronization

/// A session in a store that other tasks and processes also use. Their changes take precedence.
///
/// Every step reads and writes the store exclusively.
package final class SessionKeeper<Session: RenewableSession>: Sendable {
  private let store: any SessionStore<Session>
  private let onFailure: @Sendable (SessionStoreError) async -> Void
  /// If the session was never stored, an empty store does not mean that someone logged out.
  private let wasKept = Mutex(false)

  /// - Parameter onFailure: called when the session cannot be stored.
  package init(
    _ store: any SessionStore<Session>,
    _ onFailure: @escaping @Sendable (SessionStoreError) async -> Void
  ) {
    self.store = store
    self.onFailure = onFailure
  }

  /// Notes that the session comes from the store.
  package func found() {
    wasKept.withLock { $0 = true }
  }

  package func keep(_ session: Session) async {
    await exclusively { await self.save(session) }
  }

  /// Renews a session with `renew`, once for all users of the store.
  package func renewal(
    of session: Session,
    _ renew: @escaping @Sendable (Session) async -> SessionRenewal<Session>
  ) async -> SessionRenewal<Session> {
    await exclusively {
      switch await self.lookUp(session) {
      case .replaced(let other): return .renewed(other)
      case .gone: return .ended
      case .same, .unknown: break
      }
      switch await renew(session) {
      case .unavailable(let error): return .unavailable(error)
      case .renewed(let new) where new.accountDID == session.accountDID:
        await self.save(new)
        return .renewed(new)
      case .renewed, .ended:
        // A store that cannot be locked may have changed in the meantime.
        let kept = await self.lookUp(session)
        if case .replaced(let other) = kept { return .renewed(other) }
        if case .same = kept { await self.clear() }
        return .ended
      }
    }
  }

  /// Deletes the session of an account that logs out.
  ///
  /// - Returns: the sessions to revoke on the server: the one last stored, and `session`, which may
  ///   still work after its renewal.
  package func release(_ session: Session) async -> [Session] {
    await exclusively {
      switch await self.lookUp(session) {
      case .same:
        await self.clear()
        return [session]
      case .replaced(let other):
        await self.clear()
        return [other, session]
      case .gone, .unknown: return [session]
      }
    }
  }

  /// Deletes the stored session if it has these tokens.
  package func drop(_ session: Session) async {
    await exclusively {
      if case .same = await self.lookUp(session) { await self.clear() }
    }
  }

  private enum Finding {
    case same
    /// Someone renewed the session or logged in to the same account.
    case replaced(Session)
    /// Someone logged out.
    case gone
    /// Never stored, unreadable, or the session of another account.
    case unknown
  }

  private func lookUp(_ session: Session) async -> Finding {
    do throws(SessionStoreError) {
      guard let kept = try await store.load() else {
        return wasKept.withLock { $0 } ? .gone : .unknown
      }
      guard kept.accountDID == session.accountDID else { return .unknown }
      return kept.renewalToken == session.renewalToken ? .same : .replaced(kept)
    } catch {
      return .unknown
    }
  }

  private func save(_ session: Session) async {
    do throws(SessionStoreError) {
      try await store.save(session)
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
