/// A session for the life of the process.
public actor MemorySessionStore: SessionStore {
  private var session: StoredSession?
  private var isLocked = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  public init(_ session: StoredSession? = nil) {
    self.session = session
  }

  public func load() -> StoredSession? { session }

  public func save(_ session: StoredSession) { self.session = session }

  public func clear() { session = nil }

  public func exclusively<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
    if isLocked {
      // Whoever is done hands the lock on.
      await withCheckedContinuation { waiters.append($0) }
    }
    isLocked = true
    let value = await body()
    if waiters.isEmpty { isLocked = false } else { waiters.removeFirst().resume() }
    return value
  }
}
