import Foundation

/// A progress bar on standard error, shown if that is a terminal and the task is large enough.
struct ProgressBar {
  private let total: Int
  private let isShown: Bool
  private var done = 0
  private var percent = -1

  /// Smaller tasks finish too quickly for a progress bar.
  private static let leastTotal = 16 << 20
  private static let width = 40

  init(total: Int) {
    self.total = total
    isShown = total >= Self.leastTotal && isatty(STDERR_FILENO) == 1
  }

  mutating func advance(by count: Int) {
    done += count
    guard isShown, done * 100 / total != percent else { return }
    percent = done * 100 / total
    write("\r" + Self.text(done: done, total: total))
  }

  /// Clears the line.
  mutating func finish() {
    guard isShown, percent >= 0 else { return }
    write("\r\u{1b}[K")
  }

  static func text(done: Int, total: Int) -> String {
    let filled = width * done / max(total, 1)
    let bar =
      String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    return "[\(bar)] \(100 * done / max(total, 1)) %  \(done >> 20) of \(total >> 20) MiB"
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
