/// A cache of bounded size whose entries expire. Callers pass the current time.
///
/// Entries are kept in two generations. When the young one is full, it becomes the old one, and old
/// entries that have not been used are dropped. This approximates a least-recently-used policy without
/// keeping a list.
struct ExpiringCache<Key: Hashable & Sendable, Value: Sendable> {
  enum Lookup {
    case missing
    case fresh(Result<Value, IdentityError>)
    case stale(Result<Value, IdentityError>)
  }

  private struct Entry {
    var outcome: Result<Value, IdentityError>
    var freshUntil: ContinuousClock.Instant
    var staleUntil: ContinuousClock.Instant
  }

  private let generationSize: Int
  private var young: [Key: Entry] = [:]
  private var old: [Key: Entry] = [:]

  /// - Parameter capacity: the most entries, at least 2.
  init(capacity: Int) {
    precondition(capacity >= 2, "the capacity must be at least 2")
    generationSize = capacity / 2
  }

  var count: Int { young.count + old.count }

  mutating func lookup(_ key: Key, now: ContinuousClock.Instant) -> Lookup {
    guard let entry = young[key] ?? old[key] else { return .missing }
    guard now < entry.staleUntil else {
      remove(key)
      return .missing
    }
    if young[key] == nil { put(entry, key) }
    return now < entry.freshUntil ? .fresh(entry.outcome) : .stale(entry.outcome)
  }

  mutating func insert(
    _ outcome: Result<Value, IdentityError>,
    for key: Key,
    fresh: Duration,
    stale: Duration,
    now: ContinuousClock.Instant
  ) {
    let entry = Entry(
      outcome: outcome,
      freshUntil: now + fresh,
      staleUntil: now + max(fresh, stale)
    )
    put(entry, key)
  }

  mutating func remove(_ key: Key) {
    young[key] = nil
    old[key] = nil
  }

  private mutating func put(_ entry: Entry, _ key: Key) {
    old[key] = nil
    if young[key] == nil && young.count >= generationSize {
      old = young
      young = [:]
    }
    young[key] = entry
  }
}
