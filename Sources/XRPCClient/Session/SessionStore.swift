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
}
