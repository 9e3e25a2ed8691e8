#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes to the terminal: messages for people to standard error, results to standard output.
package enum Terminal {
  package static func error(_ text: String) {
    write(text)
  }

  /// Writes a result to standard output.
  package static func result(_ text: String) {
    write(text, to: STDOUT_FILENO)
  }

  /// Whether a result on standard output may be colored: see https://no-color.org; not on terminals
  /// without color.
  package static var isResultColored: Bool {
    func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    return isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR").isEmpty
      && !["", "dumb"].contains(variable("TERM"))
  }

  package static func progress(_ text: String) {
    write("lexgen: \(text)")
  }

  /// `1 error`, `2 errors`
  package static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// `0.123 s`
  package static func seconds(_ duration: Duration) -> String {
    let milliseconds =
      duration.components.seconds * 1000
      + duration.components.attoseconds / 1_000_000_000_000_000
    let fraction = String(milliseconds % 1000)
    return
      "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction) s"
  }

  /// Ends the program.
  package static func exit(with status: Int32) -> Never {
    systemExit(status)
  }

  private static func write(_ text: String) {
    write(text + "\n", to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = systemWrite(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        guard count > 0 || count < 0 && errno == EINTR else { return }
        offset += max(count, 0)
      }
    }
  }
}

// Inside the enum, the names would refer to the enum's own functions.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}

private func systemExit(_ status: Int32) -> Never {
  exit(status)
}
