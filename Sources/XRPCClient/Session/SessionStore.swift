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
  /// Runs `body` while nobody else does so with what this store keeps, other processes included.
  /// Renewals are made so, for two that use one refresh token end the session; logins and log-outs
  /// too, for a renewal under way must not bring back what they replaced.
  ///
  /// Optional: by default the store is taken to be one session's own.
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
