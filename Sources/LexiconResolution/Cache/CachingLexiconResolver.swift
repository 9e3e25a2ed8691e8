public import ATProtoSyntax

/// Resolves documents for a server and caches them.
///
/// Concurrent requests for the same document share one lookup. Temporary failures are not cached. A
/// proof that is older than another one of the same repository is not cached either, because a server
/// that repeats an old proof could otherwise take back a change.
public actor CachingLexiconResolver {
  private typealias Flight = Task<Landing, Never>

  /// The end of a lookup.
  private struct Landing {
    var outcome: Result<ResolvedLexicon, LexiconError>
    /// Whether the document is from an older revision of its repository than one seen before.
    var isOutdated = false
  }

  /// The most lookups at once; others fail at once, and temporarily.
  private static let maximumFlights = 256

  /// The resolver that asks the network.
  public nonisolated let resolver: LexiconResolver

  private let now: @Sendable () -> ContinuousClock.Instant
  private var cache: LexiconCache
  private var revisions = NewestRevisions()
  private var flights: [NSID: (number: Int, flight: Flight)] = [:]
  private var flightCount = 0

  /// Creates a cache.
  ///
  /// - Parameters:
  ///   - resolver: resolves what is not cached. If its identity directory has a cache, its settings
  ///     should say so; see ``LexiconNetworkSettings/cachesDocuments``.
  ///   - now: returns the current time, for tests.
  public init(
    _ resolver: LexiconResolver,
    lifetimes: LexiconCacheLifetimes = LexiconCacheLifetimes(),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.resolver = resolver
    self.now = now
    cache = LexiconCache(lifetimes)
  }

  /// Returns a document that was resolved a short time ago, or resolves it.
  ///
  /// - Throws: ``LexiconError``, with the NSID.
  public func resolve(_ nsid: NSID) async throws(LexiconError) -> ResolvedLexicon {
    let nsid = nsid.normalized
    let entry = cache.lookup(nsid, now: now())
    if let failure = entry?.failure { throw failure.error }
    if let found = entry?.found, now() < found.freshUntil {
      return try ResolvedLexicon(found.lexicon)
    }
    return try await flight(nsid).value.outcome.get()
  }

  /// Resolves a document even if it is in the cache, for a caller with a cache of its own.
  ///
  /// - Throws: ``LexiconError``, with the NSID. ``LexiconError/Code/fetchFailed`` if the proof is older
  ///   than another one of the same repository, because no cache may take it.
  public func refresh(_ nsid: NSID) async throws(LexiconError) -> ResolvedLexicon {
    let nsid = nsid.normalized
    let landing = await flight(nsid).value
    let lexicon = try landing.outcome.get()
    guard !landing.isOutdated else {
      throw LexiconError(
        .fetchFailed,
        "cannot resolve \(nsid): the server of \(lexicon.did) returned an old revision",
        nsid: nsid
      )
    }
    return lexicon
  }

  /// Returns a document for a check that the server makes by itself, such as the validation of a
  /// record or the expansion of a permission set. A document that is older than a day is refreshed, and
  /// used up to 90 days if refreshing fails.
  ///
  /// - Throws: ``LexiconError``, with the NSID.
  public func resolveForChecks(_ nsid: NSID) async throws(LexiconError) -> ResolvedLexicon {
    let nsid = nsid.normalized
    let entry = cache.lookup(nsid, now: now())
    guard let found = entry?.found else {
      if let failure = entry?.failure { throw failure.error }
      return try await flight(nsid).value.outcome.get()
    }
    if now() < found.nextAttempt { return try ResolvedLexicon(found.lexicon) }
    switch await flight(nsid).value.outcome {
    case .success(let lexicon): return lexicon
    case .failure: return try ResolvedLexicon(found.lexicon)
    }
  }

  /// Removes a document, for instance because a commit has changed it. A lookup under way may have
  /// started before the change, so its result is not cached.
  public func drop(_ nsid: NSID) {
    cache.remove(nsid.normalized)
    flights[nsid.normalized] = nil
  }

  /// Removes what a commit to the repository of an account may have changed: the document, if it is the
  /// one of this account, and a failure to find it. A document of another account stays: an account
  /// cannot take it away by publishing one with the same name.
  public func drop(_ nsid: NSID, of did: DID) {
    cache.remove(nsid.normalized, of: did)
    flights[nsid.normalized] = nil
  }

  /// Removes the documents of an account. Results of lookups under way are not cached.
  public func drop(_ did: DID) {
    cache.remove(of: did)
    flights = [:]
  }

  /// The number of documents and failures in the cache, and the bytes of the documents.
  var size: (count: Int, bytes: Int) { (cache.count, cache.byteCount) }

  // MARK: Lookups

  /// The lookup under way, or a new one, which is independent of the tasks that wait for it.
  private func flight(_ nsid: NSID) -> Flight {
    if let (_, flight) = flights[nsid] { return flight }
    guard flights.count < Self.maximumFlights else {
      let error = LexiconError(
        .fetchFailed,
        "cannot resolve \(nsid): too many other documents are being resolved",
        nsid: nsid
      )
      return Flight { Landing(outcome: .failure(error)) }
    }
    flightCount += 1
    let number = flightCount
    let flight = Flight { [resolver] in
      let outcome = await outcome { () async throws(LexiconError) in
        try await resolver.resolve(LexiconReference(nsid))
      }
      return land(nsid, outcome, number)
    }
    flights[nsid] = (number, flight)
    return flight
  }

  /// Ends a lookup and returns what its callers get.
  private func land(
    _ nsid: NSID,
    _ outcome: Result<ResolvedLexicon, LexiconError>,
    _ number: Int
  ) -> Landing {
    let isCurrent = flights[nsid]?.number == number
    if isCurrent { flights[nsid] = nil }
    switch outcome {
    case .success(let lexicon):
      guard revisions.see(lexicon.rev, of: lexicon.did) else { return newer(than: lexicon) }
      guard isCurrent else { break }
      cache.insert(
        StoredLexicon(lexicon, limits: resolver.settings.limits),
        timeToLive: lexicon.authorityTimeToLive,
        now: now()
      )
    case .failure(let error):
      if isCurrent { cache.insert(error, for: nsid, now: now()) }
    }
    return Landing(outcome: outcome)
  }

  /// The document in the cache if it is from a newer revision than `lexicon`, or else `lexicon`, which is
  /// not cached.
  private func newer(than lexicon: ResolvedLexicon) -> Landing {
    guard let known = cache.lookup(lexicon.nsid, now: now())?.found?.lexicon,
      known.did == lexicon.did, known.rev > lexicon.rev,
      let newer = try? ResolvedLexicon(known)
    else { return Landing(outcome: .success(lexicon), isOutdated: true) }
    return Landing(outcome: .success(newer))
  }
}
