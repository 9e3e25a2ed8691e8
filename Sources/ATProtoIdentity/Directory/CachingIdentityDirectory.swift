public import ATProtoSyntax

/// Remembers what another directory finds: fresh answers without asking, stale ones while it asks
/// anew, failures for a short time. However many ask for the same at once, it asks once.
public actor CachingIdentityDirectory: IdentityDirectory {
  private let base: any IdentityDirectory
  private var identities: SingleFlightCache<DID, Identity>
  private var dids: SingleFlightCache<Handle, DID>
  private let lifetimes: CacheLifetimes
  private let now: @Sendable () -> ContinuousClock.Instant

  /// - Parameters:
  ///   - capacity: identities at most, and handles at most.
  ///   - now: the clock, for tests.
  public init(
    _ base: any IdentityDirectory,
    lifetimes: CacheLifetimes = CacheLifetimes(),
    capacity: Int = 100_000,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.base = base
    self.lifetimes = lifetimes
    self.now = now
    identities = SingleFlightCache(capacity: capacity)
    dids = SingleFlightCache(capacity: capacity)
  }

  public func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    let found = try await found(did, resolvedFrom: handle)
    // The handle could not be confirmed when the DID was looked up, but it has been resolved since.
    guard !found.hasConfirmedHandle, let handle = handle?.normalized,
      found.document.claimedHandle == handle
    else { return found }
    return Identity(document: found.document, handle: handle)
  }

  private func found(
    _ did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    switch identities.cache.lookup(did, now: now()) {
    case .fresh(let outcome): return try outcome.get()
    case .stale(let outcome):
      _ = flight(did, resolvedFrom: handle)
      return try outcome.get()
    case .missing: return try await flight(did, resolvedFrom: handle).value.get()
    }
  }

  public func did(of handle: Handle) async throws(IdentityError) -> DID {
    let handle = handle.normalized
    switch dids.cache.lookup(handle, now: now()) {
    case .fresh(let outcome): return try outcome.get()
    case .stale(let outcome):
      _ = flight(handle)
      return try outcome.get()
    case .missing: return try await flight(handle).value.get()
    }
  }

  /// Also what is under way is not remembered: it may have begun before the change.
  public func purge(_ did: DID, handle: Handle?) async {
    if case .fresh(.success(let identity)) = identities.cache.lookup(did, now: now()) {
      forget(identity)
    } else if case .stale(.success(let identity)) = identities.cache.lookup(did, now: now()) {
      forget(identity)
    }
    identities.forget(did)
    if let handle { dids.forget(handle.normalized) }
    await base.purge(did, handle: handle)
  }

  private func forget(_ identity: Identity) {
    dids.forget(identity.handle)
    if let claimed = identity.document.claimedHandle { dids.forget(claimed) }
  }

  // MARK: Flights

  private func flight(
    _ did: DID,
    resolvedFrom handle: Handle?
  ) -> SingleFlightCache<DID, Identity>.Flight {
    identities.flight(did) { number in
      Task { [base] in
        let outcome: Result<Identity, IdentityError>
        do throws(IdentityError) {
          outcome = .success(try await base.identity(of: did, resolvedFrom: handle))
        } catch {
          outcome = .failure(error)
        }
        land(did, outcome, number)
        return outcome
      }
    }
  }

  private func land(_ did: DID, _ outcome: Result<Identity, IdentityError>, _ number: Int) {
    guard identities.land(did, number) else { return }
    var lifetimes = lifetimes
    if case .success(let identity) = outcome, !identity.hasConfirmedHandle {
      lifetimes.fresh = min(lifetimes.fresh, lifetimes.negative)
    }
    identities.remember(outcome, for: did, lifetimes, now: now())
  }

  private func flight(_ handle: Handle) -> SingleFlightCache<Handle, DID>.Flight {
    dids.flight(handle) { number in
      Task { [base] in
        let outcome: Result<DID, IdentityError>
        do throws(IdentityError) {
          outcome = .success(try await base.did(of: handle))
        } catch {
          outcome = .failure(error)
        }
        if dids.land(handle, number) {
          dids.remember(outcome, for: handle, lifetimes, now: now())
        }
        return outcome
      }
    }
  }
}
