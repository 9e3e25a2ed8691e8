public import ATProtoSyntax

/// Stores a session so that later processes can resume it.
///
/// ``FileSessionStore`` keeps it on disk; ``MemorySessionStore``, in memory, is the twin for tests.
public protocol SessionStore: Sendable {
  /// Loads the stored session; nil if there is none.
  func load() async throws(SessionStoreError) -> StoredSession?
  /// Replaces the stored session. A refresh token works only once, so an older session is useless.
  func save(_ session: StoredSession) async throws(SessionStoreError)
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

/// Keeps a session in memory, for the life of the process.
public actor MemorySessionStore: SessionStore {
  private var session: StoredSession?
  private var isLocked = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  /// Creates a store.
  public init(_ session: StoredSession? = nil) {
    self.session = session
  }

  /// The stored session; nil if there is none.
  public func load() -> StoredSession? { session }

  /// Replaces the stored session.
  public func save(_ session: StoredSession) { self.session = session }

  /// Forgets the stored session.
  public func clear() { session = nil }

  public func exclusively<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
    if isLocked {
      // The holder of the lock passes it on to the next in line.
      await withCheckedContinuation { waiters.append($0) }
    }
    isLocked = true
    let value = await body()
    if waiters.isEmpty { isLocked = false } else { waiters.removeFirst().resume() }
    return value
  }
}

/// Why a session could not be stored or loaded.
public struct SessionStoreError: CodedError {
  /// The kinds of failure.
  public enum Code: Hashable, Sendable {
    case unreadable, malformed, unwritable
  }

  /// The kind of failure.
  public var code: Code
  /// A description for people.
  public var reason: String

  /// Creates an error.
  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }
}
