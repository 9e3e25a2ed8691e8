#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Files whose changes survive a loss of power.
package enum DurableFile {
  /// Makes the bytes of a file, or the names in a directory, durable.
  ///
  /// Throws ``ServiceError/Code/storage`` if the path cannot be opened or synced.
  package static func sync(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ServiceError(.storage, "cannot open \(path): error \(errno)")
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw ServiceError(.storage, "cannot sync \(path): error \(errno)")
    }
  }
}
