import Foundation
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// An exclusive lock on a directory, so that two servers never work on the same data: each would
/// assign the same sequence numbers, and the second would delete the uploads of the first.
///
/// The kernel releases the lock when the process ends, however it ends.
package final class DirectoryLock: Sendable {
  private let descriptor: Mutex<CInt?>

  /// Locks `directory`, which must exist, through a file in it.
  ///
  /// - Parameter name: the name of the lock file, `pds.lock`.
  /// - Throws: ``ServiceError`` with ``ServiceError/Code/storage`` if another process holds the lock
  ///   or the file cannot be opened.
  package init(_ directory: String, name: String) throws(ServiceError) {
    let path = directory + "/" + name
    // Closed on exec: programs that send mail may outlive the server.
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw ServiceError(.storage, "cannot open \(path): \(String(cString: strerror(errno)))")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      close(file)
      throw ServiceError(
        .storage,
        reason == EWOULDBLOCK
          ? "\(directory) is in use by another server"
          : "cannot lock \(path): \(String(cString: strerror(reason)))"
      )
    }
    descriptor = Mutex(file)
  }

  /// Releases the lock; calling it again has no effect.
  package func release() {
    descriptor.withLock { file in
      if let open = file {
        // Unlock explicitly: a child process that is just being started has a copy of the
        // descriptor, so closing ours would leave the lock in place.
        flock(open, LOCK_UN)
        close(open)
      }
      file = nil
    }
  }

  deinit { release() }
}
