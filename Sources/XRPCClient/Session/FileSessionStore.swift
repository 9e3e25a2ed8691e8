import ATProtoHTTP

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Keeps a session in a file that only its owner can read. The file is replaced atomically: a reader
/// finds the old session or the new one, even after a crash.
public actor FileSessionStore: SessionStore {
  private let path: String

  /// A larger file is not a session.
  private static let maximumBytes = 256 << 10

  /// The holder of the lock waits for at most one response.
  private static let patience = Duration.seconds(90)

  /// Creates a store.
  ///
  /// - Parameter path: the path of the file, in an existing directory.
  public init(path: String) {
    self.path = path
  }

  /// Reads the file; nil if it does not exist.
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
      throw SessionStoreError(code: .malformed, reason: "\(path) is not a valid session file")
    }
    return session
  }

  /// Replaces the file.
  public func save(_ session: StoredSession) throws(SessionStoreError) {
    // A new name each time, because others may write at the same time, even in this process.
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

  /// Deletes the file.
  public func clear() throws(SessionStoreError) {
    guard unlink(path) == 0 else {
      if errno == ENOENT { return }
      throw failure(.unwritable, "remove")
    }
    try syncFolder()
  }

  /// Locks a file next to the session file. The session file itself is replaced, and a lock on it
  /// would be lost.
  public func exclusively<Value: Sendable>(
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value {
    let file = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(.unwritable, "lock") }
    // The system releases the lock with the descriptor, even if the process dies.
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

  /// A rename is durable once its directory is.
  private func syncFolder() throws(SessionStoreError) {
    let name = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw failure(.unwritable, "open the directory of") }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw failure(.unwritable, "sync the directory of") }
  }

  private func failure(_ code: SessionStoreError.Code, _ action: String) -> SessionStoreError {
    let reason = String(cString: strerror(errno))
    return SessionStoreError(code: code, reason: "cannot \(action) \(path): \(reason)")
  }
}
