/// Keeps one session between processes.
///
/// `MemorySessionStore` keeps it for the life of a process, `FileSessionStore` on disk.
public protocol SessionStore: Sendable {
  /// Nil where none is kept.
  func load() async throws(SessionStoreError) -> StoredSession?
  /// Replaces what was kept. A refresh token is good for one renewal: what was kept before is of
  /// no use any more.
  func save(_ session: StoredSession) async throws(SessionStoreError)
  func clear() async throws(SessionStoreError)
  /// Runs `body` while nobody else does so with what this store keeps, other processes included. A
  /// renewal is made so: two that use one refresh token end the session.
  ///
  /// Optional: by default the store is taken to be this process's own.
  func exclusively<Value: Sendable>(
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value
}

extension SessionStore {
  public func exclusively<Value: Sendable>(
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value {
    await body()
  }
}
