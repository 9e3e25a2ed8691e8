#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

extension FileTree {
  /// A name in an open directory, where a file is written under a temporary name, and renamed.
  struct Place: ~Copyable {
    let tree: FileTree
    let name: String

    private var temporaryName: String { ".\(name).tmp" }

    /// Writes the file under its temporary name, which begins with a dot.
    func writeTemporary(_ bytes: [UInt8]) throws(LexiconError) {
      // A run that was killed may have left one, or somebody has put a link there.
      unlinkat(tree.descriptor, temporaryName, 0)
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let file = openat(tree.descriptor, temporaryName, flags, 0o644)
      guard file >= 0 else { throw .failedSystemCall("cannot write \(tree.path)/\(name)") }
      defer { close(file) }
      // The mode does not depend on the umask.
      fchmod(file, 0o644)
      var count = 0
      while count < bytes.count {
        let written = bytes.withUnsafeBytes { buffer in
          systemWrite(file, buffer.baseAddress! + count, buffer.count - count)
        }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw .failedSystemCall("cannot write \(tree.path)/\(name)") }
        count += written
      }
    }

    func removeTemporary() {
      unlinkat(tree.descriptor, temporaryName, 0)
    }

    /// Gives the temporary file its name. A link of that name is replaced, not followed.
    func commitTemporary() throws(LexiconError) {
      guard renameat(tree.descriptor, temporaryName, tree.descriptor, name) == 0 else {
        throw .failedSystemCall("cannot write \(tree.path)/\(name)")
      }
    }
  }

  /// Waits until no other process holds this lock, which ends with the process.
  func lock() {
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  }
}

#if canImport(Darwin)
private let systemWrite = Darwin.write
#elseif canImport(Musl)
private let systemWrite = Musl.write
#else
private let systemWrite = Glibc.write
#endif
