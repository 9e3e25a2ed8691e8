import ATProtoCrypto
import ATProtoData
import ATProtoRepo

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// A blob on its way to the disk, hashed as it comes. The file goes with the value.
struct BlobUpload: ~Copyable {
  let path: String
  private let descriptor: CInt
  private var hasher = SHA256()
  /// The first bytes, by which the media type is told.
  private(set) var start: [UInt8] = []
  private(set) var size = 0

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else {
      throw PDSError(.storage, "a blob cannot be written: error \(errno)")
    }
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  mutating func append(_ bytes: [UInt8]) throws {
    if start.count < MediaSniffer.length {
      start += bytes.prefix(MediaSniffer.length - start.count)
    }
    hasher.update(bytes)
    size += bytes.count
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw PDSError(.storage, "a blob cannot be written: error \(errno)")
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Brings the bytes to the disk.
  mutating func finish() throws -> CID {
    guard fsync(descriptor) == 0 else {
      throw PDSError(.storage, "a blob cannot be synced: error \(errno)")
    }
    return CID(codec: .raw, digest: hasher.finalize())
  }
}
