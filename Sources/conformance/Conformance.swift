#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads requests from standard input and writes answers to standard output, in order, one JSON
/// object per line. It ends only at the end of the input.
@main
enum Conformance {
  static func main() {
    // The reader of the answers may close the pipe; the write then reports an error.
    signal(SIGPIPE, SIG_IGN)
    var lines = LineReader(descriptor: STDIN_FILENO)
    while let line = lines.next() {
      guard write(Answer.bytes(to: line)) else { return }
    }
  }

  /// Writes a complete line at once, so that nothing waits in a buffer. Returns false if the reader
  /// has closed the pipe.
  private static func write(_ line: [UInt8]) -> Bool {
    var written = 0
    while written < line.count {
      let count = line.withUnsafeBytes { bytes in
        #if canImport(Darwin)
        Darwin.write(STDOUT_FILENO, bytes.baseAddress! + written, bytes.count - written)
        #elseif canImport(Musl)
        Musl.write(STDOUT_FILENO, bytes.baseAddress! + written, bytes.count - written)
        #else
        Glibc.write(STDOUT_FILENO, bytes.baseAddress! + written, bytes.count - written)
        #endif
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      written += count
    }
    return true
  }
}
