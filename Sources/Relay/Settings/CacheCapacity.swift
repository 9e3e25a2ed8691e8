/// How many accounts a relay keeps in memory.
public enum CacheCapacity: Hashable, Sendable {
  /// The number of accounts.
  case entries(Int)
  /// The memory for accounts, in bytes.
  case bytes(Int)
}
