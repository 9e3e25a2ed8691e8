import Dispatch
import Foundation
import Synchronization

/// Does something before SIGINT or SIGTERM end the process.
struct Interruption {
  private final class Beginning: Sendable {
    let hasCome = Atomic(false)
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
        beginning.hasCome.store(true, ordering: .relaxed)
        action()
        // As if the signal had ended us.
        exit(128 + number)
      }
      source.resume()
      return source
    }
  }

  /// Waits for the process's end where that has begun: what fails meanwhile is no news.
  func settle() async {
    if beginning.hasCome.load(ordering: .relaxed) { try? await Task.sleep(for: .seconds(10)) }
  }

  func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
