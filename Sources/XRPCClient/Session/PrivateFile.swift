import ATProtoHTTP

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A file that only its owner can read. It is replaced atomically: a reader finds the old content or
/// the new one, even after a crash.
package struct PrivateFile: Sendable {
  package let path: String

  /// The holder of the lock waits for a few responses.
  private static let patience = Duration.seconds(90)

  package init(_ path: String) {
    self.path = path
  }

  /// Reads the file; nil if it does not exist.
  ///
  /// - Throws: ``SessionStoreError/Code/malformed`` if it is longer than `maximum` bytes.
  package func read(upTo maximum: Int) throws(SessionStoreError) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw failure(.unreadable, "open")
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    while bytes.count <= maximum {
      var count = 0
      bytes += [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, initialized in
        count = Self.system(file, buffer.baseAddress, buffer.count)
        initialized = max(0, count)
      }
      if count < 0 { throw failure(.unreadable, "read") }
      if count == 0 { return bytes }
    }
    throw SessionStoreError(
      code: .malformed,
      reason: "cannot read \(path): it is longer than \(maximum) bytes"
    )
  }

  /// Replaces the file.
  package func replace(with bytes: [UInt8]) throws(SessionStoreError) {
    // A new name each time, because others may write at the same time, even in this process.
    let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36))"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(.unwritable, "create") }
    let isWritten = bytes.isWritten(to: file) && fsync(file) == 0
    guard close(file) == 0, isWritten, rename(temporary, path) == 0 else {
      let failure = self.failure(.unwritable, "write")
      unlink(temporary)
      throw failure
    }
    try syncDirectory()
  }

  /// Deletes the file.
  ///
  /// - Returns: whether there was one; of several that delete it, one gets true.
  @discardableResult
  package func remove() throws(SessionStoreError) -> Bool {
    guard unlink(path) == 0 else {
      if errno == ENOENT { return false }
      throw failure(.unwritable, "remove")
    }
    try syncDirectory()
    return true
  }

  /// Runs `body` while no other task or process does so for this path. Locks a file beside it, because
  /// the file itself is replaced and its lock with it.
  package func locked<Value: Sendable>(
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
  private func syncDirectory() throws(SessionStoreError) {
    let name = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw failure(.unwritable, "open the directory of") }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw failure(.unwritable, "sync the directory of") }
  }

  private func failure(_ code: SessionStoreError.Code, _ action: String) -> SessionStoreError {
    let reason = String(cString: strerror(errno))
    return SessionStoreError(code: code, reason: "cannot \(action) \(path): \(reason)")
  }

  #if canImport(Darwin)
  private static let system = Darwin.read
  #elseif canImport(Musl)
  private static let system = Musl.read
  #else
  private static let system = Glibc.read
  #endif
}
