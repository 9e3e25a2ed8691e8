/// Documents by URL, bounded by their size and number. A value type: its owner guards it.
struct DocumentCache: Sendable {
  /// What an entry costs beside its bytes, so that many small ones are bounded, too.
  private static let overhead = 128

  private struct Entry {
    var bytes: [UInt8]
    var end: ContinuousClock.Instant
  }

  private let capacity: Int
  private var entries: [String: Entry] = [:]
  private(set) var size = 0

  /// - Parameter capacity: in bytes.
  init(capacity: Int) {
    self.capacity = capacity
  }

  func document(_ key: String, now: ContinuousClock.Instant) -> [UInt8]? {
    guard let entry = entries[key], now < entry.end else { return nil }
    return entry.bytes
  }

  /// Replaces what is cached for the key.
  mutating func insert(
    _ bytes: [UInt8],
    _ key: String,
    until end: ContinuousClock.Instant,
    now: ContinuousClock.Instant = .now
  ) {
    remove(key)
    let cost = Self.cost(bytes, key)
    guard now < end, cost <= capacity else { return }
    if size + cost > capacity {
      for (key, entry) in entries where entry.end <= now { remove(key) }
    }
    // The soonest to expire make room: one pass for at least an eighth of the cache.
    if size + cost > capacity {
      for (key, _) in entries.sorted(by: { $0.value.end < $1.value.end }) {
        if size + cost <= capacity - capacity / 8 { break }
        remove(key)
      }
    }
    entries[key] = Entry(bytes: bytes, end: end)
    size += cost
  }

  private mutating func remove(_ key: String) {
    guard let entry = entries.removeValue(forKey: key) else { return }
    size -= Self.cost(entry.bytes, key)
  }

  private static func cost(_ bytes: [UInt8], _ key: String) -> Int {
    bytes.count + key.utf8.count + overhead
  }
}
