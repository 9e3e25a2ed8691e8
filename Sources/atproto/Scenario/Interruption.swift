import Dispatch
import Foundation
import Synchronization

/// Runs an action before SIGINT or SIGTERM ends the process.
struct Interruption {
  private final class Beginning: Sendable {
    let hasBegun = Atomic(false)
  }

  private let sources: [any DispatchSourceSignal]
  private let beginning: Beginning

  init(_ action: @escaping @Sendable () -> Void) {
    let beginning = Beginning()
    self.beginning = beginning
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        beginning.hasBegun.store(true, ordering: .relaxed)
        action()
        // The exit status of a process that was ended by a signal.
        exit(128 + number)
      }
      source.resume()
      return source
    }
  }

  /// Waits for the end of the process if a signal has arrived, because errors caused by the
  /// interruption need not be reported.
  func settle() async {
    if beginning.hasBegun.load(ordering: .relaxed) { try? await Task.sleep(for: .seconds(10)) }
  }

  func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
