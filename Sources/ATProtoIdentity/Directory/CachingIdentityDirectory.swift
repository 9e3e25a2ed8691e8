public import ATProtoSyntax

/// Caches the identities and handles that another directory looks up.
///
/// Fresh entries are returned as they are, stale entries while they are refreshed in the
/// background, and permanent failures for a short time. Concurrent requests for the same entry
/// share one lookup. A lookup by handle resolves the handle once and caches both the handle's DID
/// and the DID's identity.
public actor CachingIdentityDirectory: IdentityDirectory {
  private let base: any IdentityDirectory
  private var identities: SingleFlightCache<DID, Identity>
  private var dids: SingleFlightCache<Handle, DID>
  /// Documents that were looked up without their handles.
  private var documents: SingleFlightCache<DID, DIDDocument>
  private let lifetimes: CacheLifetimes
  private let now: @Sendable () -> ContinuousClock.Instant

  /// Creates a cache.
  ///
  /// - Parameters:
  ///   - base: the directory to cache.
  ///   - capacity: the most identities to keep, the most handles, and the most documents.
  ///   - memory: about the most memory to use, in bytes: identities and documents of strangers have
  ///     any size, so their number alone does not bound it.
  ///   - now: returns the current time, for tests.
  public init(
    _ base: any IdentityDirectory,
    lifetimes: CacheLifetimes = CacheLifetimes(),
    capacity: Int = 100_000,
    memory: Int = 192 << 20,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.base = base
    self.lifetimes = lifetimes
    self.now = now
    let budget = memory / 3
    identities = SingleFlightCache(capacity: capacity, budget: budget) { did, identity in
      did.string.utf8.count + identity.document.memory + identity.handle.string.utf8.count
    }
    dids = SingleFlightCache(capacity: capacity, budget: budget) { handle, did in
      256 + handle.string.utf8.count + did.string.utf8.count
    }
    documents = SingleFlightCache(capacity: capacity, budget: budget) { did, document in
      did.string.utf8.count + document.memory
    }
  }

  /// About how much memory the entries take, in bytes.
  package var memory: Int {
    identities.cache.memory + dids.cache.memory + documents.cache.memory
  }

  /// Returns the cached identity of a DID, or looks it up.
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

  /// Returns the cached DID of a handle, or resolves it.
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

  /// Returns the document of a cached identity, the cached document, or looks the document up.
  public func document(of did: DID) async throws(IdentityError) -> DIDDocument {
    if case .fresh(.success(let identity)) = identities.cache.lookup(did, now: now()) {
      return identity.document
    }
    switch documents.cache.lookup(did, now: now()) {
    case .fresh(let outcome): return try outcome.get()
    case .stale(let outcome):
      _ = documentFlight(did)
      return try outcome.get()
    case .missing: return try await documentFlight(did).value.get()
    }
  }

  /// Removes an identity and its handles from the cache. Lookups under way may have started before
  /// the change, so their results are not cached.
  public func purge(_ did: DID, handle: Handle?) async {
    if case .fresh(.success(let identity)) = identities.cache.lookup(did, now: now()) {
      forget(identity)
    } else if case .stale(.success(let identity)) = identities.cache.lookup(did, now: now()) {
      forget(identity)
    }
    identities.forget(did)
    documents.forget(did)
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

  private func documentFlight(_ did: DID) -> SingleFlightCache<DID, DIDDocument>.Flight {
    documents.flight(did) { number in
      Task { [base] in
        let outcome: Result<DIDDocument, IdentityError>
        do throws(IdentityError) {
          outcome = .success(try await base.document(of: did))
        } catch {
          outcome = .failure(error)
        }
        if documents.land(did, number) {
          documents.remember(outcome, for: did, lifetimes, now: now())
        }
        return outcome
      }
    }
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

/// How long a cache uses what was looked up.
public struct CacheLifetimes: Hashable, Sendable {
  /// The time during which an entry is returned as it is.
  public var fresh: Duration
  /// The time until which an older entry is returned while it is refreshed in the background.
  public var stale: Duration
  /// The time during which a permanent failure is returned, such as an unknown handle or an invalid
  /// document. It is also the fresh time of an identity whose handle is not confirmed.
  public var negative: Duration

  /// Creates lifetimes. The defaults of an hour and a day are those of the reference implementation.
  public init(
    fresh: Duration = .seconds(3600),
    stale: Duration = .seconds(86_400),
    negative: Duration = .seconds(60)
  ) {
    self.fresh = fresh
    self.stale = stale
    self.negative = negative
  }
}
