/// A session for the life of the process.
public actor MemorySessionStore: SessionStore {
  private var session: StoredSession?

  public init(_ session: StoredSession? = nil) {
    self.session = session
  }

  public func load() -> StoredSession? { session }

  public func save(_ session: StoredSession) { self.session = session }

  public func clear() { session = nil }
}
