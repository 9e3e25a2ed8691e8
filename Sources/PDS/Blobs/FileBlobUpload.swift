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

/// A blob that is hashed while it is written to a file with a temporary name. The file is removed
/// when the upload is deallocated.
final class FileBlobUpload: BlobUpload {
  private struct State: ~Copyable {
    var hasher = SHA256()
    var start: [UInt8] = []
    var size = 0
    /// Set by ``finish()``.
    var cid: CID?
  }

  private let path: String
  private let store: FileBlobstore
  private let descriptor: CInt
  private let state = Mutex(State())

  init(path: String, of store: FileBlobstore) throws {
    self.path = path
    self.store = store
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw ServiceError(.storage, "cannot create \(path): error \(errno)")
    }
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  var start: [UInt8] { state.withLock { $0.start } }
  var size: Int { state.withLock { $0.size } }

  func append(_ bytes: [UInt8]) async throws {
    try await store.queue.perform { [self] in try write(bytes) }
  }

  private func write(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      if state.start.count < MediaSniffer.length {
        state.start += bytes.prefix(MediaSniffer.length - state.start.count)
      }
      state.hasher.update(bytes)
      state.size += bytes.count
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes {
          #if canImport(Darwin)
          Darwin.write(descriptor, $0.baseAddress, $0.count)
          #elseif canImport(Musl)
          Musl.write(descriptor, $0.baseAddress, $0.count)
          #elseif canImport(Glibc)
          Glibc.write(descriptor, $0.baseAddress, $0.count)
          #endif
        }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else {
          throw ServiceError(.storage, "cannot write \(path): error \(errno)")
        }
        rest = rest.dropFirst(written)
      }
    }
  }

  func finish() async throws -> CID {
    try await store.queue.perform { [self] in
      guard fsync(descriptor) == 0 else {
        throw ServiceError(.storage, "cannot sync \(path): error \(errno)")
      }
      return state.withLock { state in
        let cid = CID(codec: .raw, digest: state.hasher.finalize())
        state.cid = cid
        return cid
      }
    }
  }

  func commit() async throws {
    try await store.queue.perform { [self] in
      guard let cid = state.withLock({ $0.cid }) else {
        throw ServiceError(.storage, "cannot commit an upload before it is finished")
      }
      try store.link(path, as: cid)
    }
  }
}
