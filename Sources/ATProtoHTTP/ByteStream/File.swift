import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An open file, closed when its last reference is released. A file opened for writing replaces its
/// destination when it is finished, and is deleted otherwise.
package final class File: Sendable {
  private let path: String
  /// The path of a file being written, until it is finished.
  private let temporary: Mutex<String?>
  private let descriptor: Int32

  /// Opens a file for reading.
  package init(reading path: String) throws(ByteStreamError) {
    self.path = path
    // Nonblocking, so that opening does not wait for the other end of a pipe; `length` rejects
    // pipes.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    temporary = Mutex(nil)
    guard descriptor >= 0 else { throw Self.failure("open", path) }
  }

  /// Creates a file that replaces `path` when it is finished.
  package init(writing path: String) throws(ByteStreamError) {
    self.path = path
    let temporary = "\(path).\(UInt64.random(in: 0...UInt64.max)).part"
    self.temporary = Mutex(temporary)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure("create", temporary) }
  }

  /// Creates a file without a name in the directory `folder`, for writing and reading. It is
  /// deleted when the object is deallocated, or when the process ends for any reason.
  package init(scratchIn folder: String) throws(ByteStreamError) {
    path = "\(folder)/\(UInt64.random(in: 0...UInt64.max)).scratch"
    temporary = Mutex(nil)
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure("create", path) }
    unlink(path)
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      temporary.withLock { if let path = $0 { _ = unlink(path) } }
    }
  }

  /// The length in bytes; throws if this is not a regular file.
  package var length: Int {
    get throws(ByteStreamError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw Self.failure("read the size of", path) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw ByteStreamError(code: .failed, reason: "\(path) is not a regular file")
      }
      return Int(status.st_size)
    }
  }

  /// Reads up to `count` bytes; none at the end of the file.
  package func read(_ count: Int) throws(ByteStreamError) -> [UInt8] {
    var found = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      #if canImport(Darwin)
      found = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
      found = Musl.read(descriptor, buffer.baseAddress, buffer.count)
      #else
      found = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
      initialized = max(0, found)
    }
    guard found >= 0 else { throw Self.failure("read", path) }
    return bytes
  }

  /// Reads up to `count` bytes from `offset`, without moving the position of other reads and writes.
  package func read(_ count: Int, at offset: Int) throws(ByteStreamError) -> [UInt8] {
    var found = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      found = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      initialized = max(0, found)
    }
    guard found >= 0 else { throw Self.failure("read", path) }
    return bytes
  }

  /// Writes all of `bytes` at the current position.
  package func write(_ bytes: [UInt8]) throws(ByteStreamError) {
    guard bytes.isWritten(to: descriptor) else { throw Self.failure("write", path) }
  }

  /// Flushes a written file to disk and moves it to its destination.
  package func finish() throws(ByteStreamError) {
    let isFinished = temporary.withLock { temporary in
      guard let name = temporary, fsync(descriptor) == 0, rename(name, path) == 0 else {
        return false
      }
      temporary = nil
      return true
    }
    guard isFinished else { throw Self.failure("write", path) }
  }

  private static func failure(_ action: String, _ path: String) -> ByteStreamError {
    let reason = String(cString: strerror(errno))
    return ByteStreamError(code: .failed, reason: "cannot \(action) \(path): \(reason)")
  }
}

extension [UInt8] {
  /// Writes all bytes to a file descriptor; false if that fails.
  package func isWritten(to file: Int32) -> Bool {
    var rest = self[...]
    while !rest.isEmpty {
      #if canImport(Darwin)
      let count = rest.withUnsafeBytes { Darwin.write(file, $0.baseAddress, $0.count) }
      #elseif canImport(Musl)
      let count = rest.withUnsafeBytes { Musl.write(file, $0.baseAddress, $0.count) }
      #else
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      #endif
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
