import Synchronization

/// The bar of an upload or a download, which is told how far it is from wherever that is known.
final class TransferProgress: Sendable {
  private let state: Mutex<(bar: ProgressBar, done: Int)>

  /// - Parameter total: in bytes; no bar where it is not known.
  init(total: Int?) {
    state = Mutex((ProgressBar(total: total ?? 0), 0))
  }

  /// - Parameter count: of all bytes so far; less than before where it begins anew.
  func advance(_ count: Int) {
    state.withLock { state in
      state.bar.advance(by: count - state.done)
      state.done = count
    }
  }

  func finish() {
    state.withLock { $0.bar.finish() }
  }
}
