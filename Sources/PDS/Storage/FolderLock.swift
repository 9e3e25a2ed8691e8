import Foundation
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Keeps two servers from using one directory.
///
/// Two servers would each assign sequence numbers, and the second would remove the unfinished uploads
/// of the first. The lock ends with the process, however that exits.
package final class FolderLock: Sendable {
  private let descriptor: Mutex<CInt?>

  /// - Parameters:
  ///   - folder: The directory to lock, which exists.
  ///   - name: The name of the lock file.
  package init(_ folder: String, name: String = "pds.lock") throws {
    let path = "\(folder)/\(name)"
    // Not inherited by programs that send mail: they may outlive the server.
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw PDSError(.storage, "cannot open \(path): \(String(cString: strerror(errno)))")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      close(file)
      throw PDSError(
        .storage,
        reason == EWOULDBLOCK
          ? "\(folder) is in use by another server" : "cannot lock \(path): error \(reason)"
      )
    }
    descriptor = Mutex(file)
  }

  package func release() {
    descriptor.withLock { file in
      if let open = file {
        // Unlocked explicitly: a child process that is just being started has a copy of the descriptor.
        flock(open, LOCK_UN)
        close(open)
      }
      file = nil
    }
  }

  deinit { release() }
}
