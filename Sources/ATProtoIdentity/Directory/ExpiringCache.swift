/// A cache whose entries expire, bounded by their number and by the memory that they take. Callers
/// pass the current time.
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
    var cost: Int
  }

  private let generationSize: Int
  private let generationBudget: Int
  private let cost: @Sendable (Key, Value) -> Int
  private var youngCost = 0
  private var oldCost = 0
  private var young: [Key: Entry] = [:]
  private var old: [Key: Entry] = [:]

  /// - Parameters:
  ///   - capacity: the most entries, at least 2.
  ///   - budget: the most memory of all entries, in bytes. An entry that takes more than half of it
  ///     is not kept.
  ///   - cost: about how much memory a key and its value take, in bytes.
  init(
    capacity: Int,
    budget: Int = .max,
    cost: @escaping @Sendable (Key, Value) -> Int = { _, _ in 0 }
  ) {
    precondition(capacity >= 2, "the capacity must be at least 2")
    generationSize = capacity / 2
    generationBudget = budget / 2
    self.cost = cost
  }

  var count: Int { young.count + old.count }
  /// About how much memory the entries take, in bytes.
  var memory: Int { youngCost + oldCost }

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
    let cost =
      switch outcome {
      case .success(let value): cost(key, value)
      // The reason may repeat what a stranger wrote.
      case .failure(let error): 512 + error.reason.utf8.count
      }
    let entry = Entry(
      outcome: outcome,
      freshUntil: now + fresh,
      staleUntil: now + max(fresh, stale),
      cost: cost
    )
    put(entry, key)
  }

  mutating func remove(_ key: Key) {
    if let entry = young.removeValue(forKey: key) { youngCost -= entry.cost }
    if let entry = old.removeValue(forKey: key) { oldCost -= entry.cost }
  }

  private mutating func put(_ entry: Entry, _ key: Key) {
    remove(key)
    guard entry.cost <= generationBudget else { return }
    if young.count >= generationSize || entry.cost > generationBudget - youngCost {
      old = young
      oldCost = youngCost
      young = [:]
      youngCost = 0
    }
    young[key] = entry
    youngCost += entry.cost
  }
}
