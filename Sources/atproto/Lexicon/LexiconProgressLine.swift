import Foundation
import LexiconResolution
import Synchronization

/// A line on standard error, if that is a terminal, which shows how many documents are fetched.
final class LexiconProgressLine: Sendable {
  private struct State {
    var drawn: ContinuousClock.Instant?
  }

  private let isShown: Bool
  private let state = Mutex(State())

  /// Drawing more often would only flicker.
  private static let interval = Duration.milliseconds(100)

  init(_ output: OutputOptions) {
    isShown = !output.json && isatty(STDERR_FILENO) == 1
  }

  func report(_ progress: LexiconProgress) {
    guard isShown else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if let drawn = state.drawn, now - drawn < Self.interval { return }
      state.drawn = now
      write("\r\(Self.text(progress))\u{1b}[K")
    }
  }

  /// Clears the line.
  func finish() {
    state.withLock { state in
      guard state.drawn != nil else { return }
      state.drawn = nil
      write("\r\u{1b}[K")
    }
  }

  static func text(_ progress: LexiconProgress) -> String {
    "fetching: \(progress.done) of \(progress.known) documents"
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
