#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lines for people, on standard error: standard output belongs to results.
enum Terminal {
  static func error(_ text: String) {
    write(text)
  }

  static func progress(_ text: String) {
    write("lexgen: \(text)")
  }

  /// `0.123 s`
  static func seconds(_ duration: Duration) -> String {
    let milliseconds =
      duration.components.seconds * 1000
      + duration.components.attoseconds / 1_000_000_000_000_000
    let fraction = String(milliseconds % 1000)
    return
      "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction) s"
  }

  private static func write(_ text: String) {
    var line = text + "\n"
    line.withUTF8 { buffer in
      _ = systemWrite(STDERR_FILENO, buffer.baseAddress, buffer.count)
    }
  }
}

// Inside the enum the name would find its own function.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
