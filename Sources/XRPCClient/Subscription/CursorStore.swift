import Synchronization

/// Where a subscriber keeps how far it came: the sequence number of the last event processed.
///
/// ``MemoryCursorStore`` and ``FileCursorStore`` are ready to use.
public protocol CursorStore: Sendable {
  /// Nil where nothing was processed yet.
  func load() async throws -> Int?
  func save(_ cursor: Int) async throws
}

/// Forgets with the process.
public final class MemoryCursorStore: CursorStore {
  private let cursor: Mutex<Int?>

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
