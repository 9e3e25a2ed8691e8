import ServiceKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// An open file of the log.
final class LogFile: Sendable {
  let path: String
  private let descriptor: CInt

  /// Opens a file for reading.
  convenience init(reading path: String) throws(ServiceError) {
    try self.init(path, O_RDONLY)
  }

  /// Opens a file for reading and writing, creating it if necessary. Only this user can read it.
  convenience init(writing path: String) throws(ServiceError) {
    try self.init(path, O_RDWR | O_CREAT)
  }

  private init(_ path: String, _ flags: CInt) throws(ServiceError) {
    self.path = path
    descriptor = open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure("open", path) }
  }

  deinit { close(descriptor) }

  func size() throws(ServiceError) -> Int {
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 0 else { throw Self.failure("read", path) }
    return Int(end)
  }

  /// Reads as many bytes as the file has.
  func read(_ count: Int, at offset: Int) throws(ServiceError) -> [UInt8] {
    var isFailed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count {
        let result = pread(
          descriptor,
          buffer.baseAddress! + initialized,
          count - initialized,
          off_t(offset + initialized)
        )
        if result < 0 && errno == EINTR { continue }
        isFailed = result < 0
        guard result > 0 else { return }
        initialized += result
      }
    }
    if isFailed { throw Self.failure("read", path) }
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(ServiceError) {
    var written = 0
    while written < bytes.count {
      let result = bytes.withUnsafeBytes { buffer in
        pwrite(
          descriptor,
          buffer.baseAddress! + written,
          bytes.count - written,
          off_t(offset + written)
        )
      }
      if result < 0 && errno == EINTR { continue }
      guard result > 0 else { throw Self.failure("write", path) }
      written += result
    }
  }

  /// Makes the bytes durable.
  func sync() throws(ServiceError) {
    #if canImport(Darwin)
    let result = fsync(descriptor)
    #else
    let result = fdatasync(descriptor)
    #endif
    guard result == 0 else { throw Self.failure("sync", path) }
  }

  func truncate(to size: Int) throws(ServiceError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw Self.failure("truncate", path) }
  }

  private static func failure(_ verb: String, _ path: String) -> ServiceError {
    ServiceError(.storage, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
  }
}
