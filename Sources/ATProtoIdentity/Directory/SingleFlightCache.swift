/// A cache together with the lookups under way, at most one for each key.
struct SingleFlightCache<Key: Hashable & Sendable, Value: Sendable> {
  /// A lookup under way. It is independent of the tasks that wait for it, and is not canceled with
  /// them.
  typealias Flight = Task<Result<Value, IdentityError>, Never>

  var cache: ExpiringCache<Key, Value>
  private var flights: [Key: (number: Int, flight: Flight)] = [:]
  private var count = 0

  /// - Parameters:
  ///   - budget: the most memory of all entries, in bytes.
  ///   - cost: about how much memory a key and its value take, in bytes.
  init(capacity: Int, budget: Int, cost: @escaping @Sendable (Key, Value) -> Int) {
    cache = ExpiringCache(capacity: capacity, budget: budget, cost: cost)
  }

  /// Returns the lookup under way for a key, or starts one.
  ///
  /// - Parameter start: starts a lookup, which passes `number` to ``land(_:_:)`` when it is done.
  mutating func flight(_ key: Key, _ start: (_ number: Int) -> Flight) -> Flight {
    if let (_, flight) = flights[key] { return flight }
    count += 1
    let flight = start(count)
    flights[key] = (count, flight)
    return flight
  }

  /// Ends a lookup. Returns false if its key has been purged since it started.
  mutating func land(_ key: Key, _ number: Int) -> Bool {
    guard flights[key]?.number == number else { return false }
    flights[key] = nil
    return true
  }

  /// Caches a result. Transient failures are not cached and do not replace an entry.
  mutating func remember(
    _ outcome: Result<Value, IdentityError>,
    for key: Key,
    _ lifetimes: CacheLifetimes,
    now: ContinuousClock.Instant
  ) {
    switch outcome {
    case .success:
      cache.insert(outcome, for: key, fresh: lifetimes.fresh, stale: lifetimes.stale, now: now)
    case .failure(let error):
      if error.isTransient { return }
      cache.insert(outcome, for: key, fresh: lifetimes.negative, stale: .zero, now: now)
    }
  }

  mutating func forget(_ key: Key) {
    cache.remove(key)
    flights[key] = nil
  }
}
