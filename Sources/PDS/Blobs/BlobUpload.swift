import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ServiceKit
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// A blob on its way to the disk, hashed as it comes. The file under its first name goes with the
/// object.
final class BlobUpload: Sendable {
  private struct State: ~Copyable {
    var hasher = SHA256()
    var start: [UInt8] = []
    var size = 0
  }

  let path: String
  private let descriptor: CInt
  private let state = Mutex(State())

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw ServiceError(.storage, "a blob cannot be written: error \(errno)")
    }
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  /// The first bytes, by which the media type is told.
  var start: [UInt8] { state.withLock { $0.start } }
  var size: Int { state.withLock { $0.size } }

  func append(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      if state.start.count < MediaSniffer.length {
        state.start += bytes.prefix(MediaSniffer.length - state.start.count)
      }
      state.hasher.update(bytes)
      state.size += bytes.count
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else {
          throw ServiceError(.storage, "a blob cannot be written: error \(errno)")
        }
        rest = rest.dropFirst(written)
      }
    }
  }

  /// Brings the bytes to the disk. Nothing comes after it.
  func finish() throws -> CID {
    guard fsync(descriptor) == 0 else {
      throw ServiceError(.storage, "a blob cannot be synced: error \(errno)")
    }
    return state.withLock { state in CID(codec: .raw, digest: state.hasher.finalize()) }
  }
}
