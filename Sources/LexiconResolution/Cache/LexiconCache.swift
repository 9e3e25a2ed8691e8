import ATProtoSyntax

/// What a server remembers of documents. Callers pass the current time.
struct LexiconCache {
  typealias Instant = ContinuousClock.Instant

  struct Entry {
    struct Found {
      var lexicon: StoredLexicon
      var resolvedAt: Instant
      var freshUntil: Instant
      /// Until then, the server's own checks do not try to refresh it again.
      var nextAttempt: Instant
    }

    struct Failure {
      var error: LexiconError
      var until: Instant
    }

    /// The document, even if it is not fresh any more.
    var found: Found?
    /// The failure of the latest attempt, if it was not temporary.
    var failure: Failure?
    fileprivate var lastUse = 0

    var byteCount: Int { found?.lexicon.bytes.count ?? 0 }
  }

  private let lifetimes: LexiconCacheLifetimes
  private var entries: [NSID: Entry] = [:]
  private var uses = 0
  private(set) var byteCount = 0

  init(_ lifetimes: LexiconCacheLifetimes) {
    self.lifetimes = lifetimes
  }

  var count: Int { entries.count }

  /// Returns an entry without the parts of it that have expired.
  mutating func lookup(_ nsid: NSID, now: Instant) -> Entry? {
    guard var entry = entries[nsid] else { return nil }
    if let found = entry.found, now >= found.resolvedAt + lifetimes.expiration { entry.found = nil }
    if let failure = entry.failure, now >= failure.until { entry.failure = nil }
    put(entry.found == nil && entry.failure == nil ? nil : entry, nsid)
    return entries[nsid]
  }

  mutating func insert(_ lexicon: StoredLexicon, timeToLive: Duration?, now: Instant) {
    let fresh = min(lifetimes.found, timeToLive ?? lifetimes.found)
    let found = Entry.Found(
      lexicon: lexicon,
      resolvedAt: now,
      freshUntil: now + fresh,
      nextAttempt: now + lifetimes.refresh
    )
    put(Entry(found: found), lexicon.nsid)
    shrink()
  }

  /// Remembers that an attempt failed. A temporary failure is not remembered, except that a document
  /// from before is not refreshed again at once.
  mutating func insert(_ error: LexiconError, for nsid: NSID, now: Instant) {
    var entry = entries[nsid] ?? Entry()
    if error.isTemporary {
      guard entry.found != nil else { return }
    } else {
      entry.failure = Entry.Failure(error: error, until: now + lifetimes.notFound)
    }
    entry.found?.freshUntil = now
    entry.found?.nextAttempt = now + lifetimes.notFound
    put(entry, nsid)
    shrink()
  }

  mutating func remove(_ nsid: NSID) {
    put(nil, nsid)
  }

  /// Removes the failure, and the document if it is of the account.
  mutating func remove(_ nsid: NSID, of did: DID) {
    guard var entry = entries[nsid] else { return }
    entry.failure = nil
    if entry.found?.lexicon.did == did { entry.found = nil }
    put(entry.found == nil ? nil : entry, nsid)
  }

  mutating func remove(of did: DID) {
    for nsid in entries.keys.filter({ entries[$0]?.found?.lexicon.did == did }) { put(nil, nsid) }
  }

  private mutating func put(_ entry: Entry?, _ nsid: NSID) {
    byteCount -= entries[nsid]?.byteCount ?? 0
    byteCount += entry?.byteCount ?? 0
    uses += 1
    entries[nsid] = entry
    entries[nsid]?.lastUse = uses
  }

  /// Removes what was not used for the longest time. Failures go first: anybody can ask for names
  /// that do not exist.
  private mutating func shrink() {
    while entries.count > lifetimes.maximumCount || byteCount > lifetimes.maximumBytes {
      let failures = entries.filter { $0.value.found == nil }
      let isTooLong = entries.count > lifetimes.maximumCount
      let candidates = isTooLong && !failures.isEmpty ? failures : entries
      guard let oldest = candidates.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
      put(nil, oldest.key)
    }
  }
}
