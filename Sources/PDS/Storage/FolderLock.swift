import Foundation
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Keeps two servers from working on one folder.
///
/// Two of them would each give out sequence numbers, and the one that starts would remove the
/// uploads of the other. The lock goes with the process, however that ends.
final class FolderLock: Sendable {
  private let descriptor: Mutex<CInt?>

  /// - Parameter folder: what is locked; it is there.
  init(_ folder: String) throws {
    let path = folder + "/pds.lock"
    // Not handed on to programs that send mail: they may outlive the server.
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw PDSError(.storage, "\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      close(file)
      throw PDSError(
        .storage,
        reason == EWOULDBLOCK
          ? "\(folder) is in use by another server" : "\(path) cannot be locked: error \(reason)"
      )
    }
    descriptor = Mutex(file)
  }

  func release() {
    descriptor.withLock { file in
      if let open = file {
        // Said, not left to the descriptor's end: a child that is being started has a copy of it.
        flock(open, LOCK_UN)
        close(open)
      }
      file = nil
    }
  }

  deinit { release() }
}
