/// Stores a session so that later processes can resume it.
///
/// ``SessionFile`` keeps it on disk; ``SessionMemory``, in memory, is the twin for tests.
public protocol SessionStore<Session>: Sendable {
  /// What is stored: a ``StoredSession``, or the session of another kind of login.
  associatedtype Session: Sendable

  /// Loads the stored session; nil if there is none.
  func load() async throws(SessionStoreError) -> Session?
  /// Replaces the stored session. A refresh token works only once, so an older session is useless.
  func save(_ session: Session) async throws(SessionStoreError)
  /// Deletes the stored session.
  func clear() async throws(SessionStoreError)
  /// Runs `body` while no other task or process does so for this store.
  ///
  /// Renewals run this way, because using a refresh token twice ends the session. Logins and logouts
  /// do too, so that a renewal under way does not restore what they replaced.
  ///
  /// Optional: the default assumes that only one session uses the store, and does not lock.
  func exclusively<Value: Sendable>(
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value
}

extension SessionStore {
  /// Runs `body` without a lock.
  public func exclusively<Value: Sendable>(
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value {
    await body()
  }
}

/// Keeps the session of a login with a password in memory.
public typealias MemorySessionStore = SessionMemory<StoredSession>

/// Keeps a session in memory, for the life of the process.
public actor SessionMemory<Session: Sendable>: SessionStore {
  private var session: Session?
  private let lock = TaskLock()

  /// Creates a store.
  public init(_ session: Session? = nil) {
    self.session = session
  }

  /// The stored session; nil if there is none.
  public func load() -> Session? { session }

  /// Replaces the stored session.
  public func save(_ session: Session) { self.session = session }

  /// Forgets the stored session.
  public func clear() { session = nil }

  /// Runs `body` while no other task does so for this store.
  public func exclusively<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
    await lock.holding(body)
  }
}
