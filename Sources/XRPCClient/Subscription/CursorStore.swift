import Synchronization

/// Stores a subscriber's cursor: the sequence number of the last event that it processed.
///
/// ``FileCursorStore`` keeps it on disk; ``MemoryCursorStore``, in memory, is the twin for tests.
public protocol CursorStore: Sendable {
  /// Loads the cursor; nil if no event has been processed.
  func load() async throws -> Int?
  /// Replaces the cursor.
  func save(_ cursor: Int) async throws
}

/// Keeps the cursor in memory, for the life of the process.
public final class MemoryCursorStore: CursorStore {
  private let cursor: Mutex<Int?>

  /// Creates a store.
  public init(_ cursor: Int? = nil) {
    self.cursor = Mutex(cursor)
  }

  public func load() -> Int? {
    cursor.withLock { $0 }
  }

  public func save(_ cursor: Int) {
    self.cursor.withLock { $0 = cursor }
  }
}
