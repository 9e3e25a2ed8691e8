import ATProtoHTTP

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A session in a file that only its owner may read, replaced in one step: whoever reads it, also
/// after a crash, finds the old session or the new one.
public actor FileSessionStore: SessionStore {
  private let path: String

  /// Longer files are not sessions.
  private static let maximumBytes = 256 << 10

  /// Whoever holds the lock waits for one response.
  private static let patience = Duration.seconds(90)

  /// - Parameter path: in a folder that exists.
  public init(path: String) {
    self.path = path
  }

  public func load() throws(SessionStoreError) -> StoredSession? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw failure(.unreadable, "open")
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    while bytes.count <= Self.maximumBytes {
      var count = 0
      bytes += [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, initialized in
        count = read(file, buffer.baseAddress, buffer.count)
        initialized = max(0, count)
      }
      if count < 0 { throw failure(.unreadable, "read") }
      if count == 0 { break }
    }
    guard bytes.count <= Self.maximumBytes, let session = StoredSession(json: bytes) else {
      throw SessionStoreError(code: .malformed, reason: "\(path) holds no session")
    }
    return session
  }

  public func save(_ session: StoredSession) throws(SessionStoreError) {
    // A name for this once: others, in this process too, may be at it.
    let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36))"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(.unwritable, "create") }
    let isWritten = session.jsonBytes().isWritten(to: file) && fsync(file) == 0
    guard close(file) == 0, isWritten, rename(temporary, path) == 0 else {
      let failure = self.failure(.unwritable, "write")
      unlink(temporary)
      throw failure
    }
    try syncFolder()
  }

  public func clear() throws(SessionStoreError) {
    guard unlink(path) == 0 else {
      if errno == ENOENT { return }
      throw failure(.unwritable, "remove")
    }
    try syncFolder()
  }

  /// By a lock on a file beside the session's: that one is replaced, and a lock with it.
  public func exclusively<Value: Sendable>(
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value {
    let file = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(.unwritable, "lock") }
    // The system gives the lock back with the descriptor, also when the process dies.
    defer { close(file) }
    let deadline = ContinuousClock.now + Self.patience
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < deadline else {
        throw failure(.unwritable, "lock")
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return await body()
  }

  /// A rename is on disk when its folder is.
  private func syncFolder() throws(SessionStoreError) {
    let name = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw failure(.unwritable, "open the folder of") }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw failure(.unwritable, "sync the folder of") }
  }

  private func failure(_ code: SessionStoreError.Code, _ action: String) -> SessionStoreError {
    let reason = String(cString: strerror(errno))
    return SessionStoreError(code: code, reason: "cannot \(action) \(path): \(reason)")
  }
}
