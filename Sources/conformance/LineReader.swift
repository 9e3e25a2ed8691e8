#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads lines from a file or pipe. A line that is too long is skipped without using memory.
struct LineReader {
  enum Line {
    /// Without the line feed.
    case whole([UInt8])
    /// The beginning of a line that has more than the maximum number of bytes.
    case tooLong(head: [UInt8])
  }

  static let maximumLength = 64 << 20
  /// How much of a line that is too long is kept, which is enough for `id` and `op`.
  static let headLength = 4096

  private let descriptor: Int32
  private let maximumLength: Int
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  /// The bytes in the buffer that have been read but not used.
  private var rest = 0..<0

  init(descriptor: Int32, maximumLength: Int = Self.maximumLength) {
    self.descriptor = descriptor
    self.maximumLength = maximumLength
  }

  /// The next line; nil at the end of the input. Text after the last line feed is a line unless it
  /// is empty.
  mutating func next() -> Line? {
    var line: [UInt8] = []
    var isTooLong = false
    while true {
      if rest.isEmpty && !fill() {
        if line.isEmpty { return nil }
        return isTooLong ? .tooLong(head: line) : .whole(line)
      }
      let end = buffer[rest].firstIndex(of: UInt8(ascii: "\n"))
      let part = rest.lowerBound..<(end ?? rest.upperBound)
      if !isTooLong {
        line.append(contentsOf: buffer[part])
        if line.count > maximumLength {
          isTooLong = true
          line = [UInt8](line.prefix(Self.headLength))
        }
      }
      rest = (end.map { $0 + 1 } ?? rest.upperBound)..<rest.upperBound
      if end != nil { return isTooLong ? .tooLong(head: line) : .whole(line) }
    }
  }

  private mutating func fill() -> Bool {
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      rest = 0..<max(0, count)
      return count > 0
    }
  }
}
