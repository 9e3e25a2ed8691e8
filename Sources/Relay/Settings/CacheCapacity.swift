/// How much a relay keeps in memory about accounts.
public enum CacheCapacity: Hashable, Sendable {
  /// The number of accounts.
  case entries(Int)
  /// The memory for accounts, in bytes.
  case bytes(Int)
}
