/// A cache with the look-ups that are under way, at most one for a key.
struct SingleFlightCache<Key: Hashable & Sendable, Value: Sendable> {
  /// Ends by itself: it belongs to none of those who wait for it.
  typealias Flight = Task<Result<Value, IdentityError>, Never>

  var cache: ExpiringCache<Key, Value>
  private var flights: [Key: (number: Int, flight: Flight)] = [:]
  private var count = 0

  init(capacity: Int) {
    cache = ExpiringCache(capacity: capacity)
  }

  /// The flight that is under way, or a new one.
  ///
  /// - Parameter start: gets the number with which the flight lands.
  mutating func flight(_ key: Key, _ start: (_ number: Int) -> Flight) -> Flight {
    if let (_, flight) = flights[key] { return flight }
    count += 1
    let flight = start(count)
    flights[key] = (count, flight)
    return flight
  }

  /// Ends a flight; false where its key was forgotten since it began.
  mutating func land(_ key: Key, _ number: Int) -> Bool {
    guard flights[key]?.number == number else { return false }
    flights[key] = nil
    return true
  }

  /// Failures that may pass soon are not remembered, and do not displace what is.
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
