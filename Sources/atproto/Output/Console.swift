import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Standard output and standard error, unbuffered: a reader at the end of a pipe sees each line as
/// soon as it is written.
enum Console {
  static func line(_ text: String = "") {
    write(text, to: STDOUT_FILENO)
  }

  static func error(_ text: String) {
    write(text, to: STDERR_FILENO)
  }

  /// - Throws: a ``CommandError`` if the bytes cannot be written, for example because a disk is full.
  static func bytes(_ bytes: [UInt8]) throws {
    guard write(bytes, to: STDOUT_FILENO) else {
      throw CommandError(reason: "cannot write the output: \(String(cString: strerror(errno)))")
    }
  }

  private static func write(_ text: String, to descriptor: CInt) {
    write(Array("\(text)\n".utf8), to: descriptor)
  }

  @discardableResult
  private static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { system(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&event, 1, -1)
      case EPIPE where descriptor == STDOUT_FILENO:
        // The reader has closed the pipe. The network library ignores the signal that ends other
        // programs in this case, so it is restored.
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
      default: return false
      }
    }
    return true
  }

  #if canImport(Darwin)
  private static let system = Darwin.write
  #elseif canImport(Musl)
  private static let system = Musl.write
  #else
  private static let system = Glibc.write
  #endif
}
