import ATProtoHTTP
import Synchronization
import XRPC

/// The bar of an upload or a download, which is told how far it is from wherever that is known.
final class TransferProgress: Sendable {
  private let state: Mutex<(bar: ProgressBar, done: Int)>

  /// - Parameter total: in bytes; no bar where it is not known.
  init(total: Int?) {
    state = Mutex((ProgressBar(total: total ?? 0), 0))
  }

  /// Of an upload; what is at hand in memory is none to watch.
  convenience init(ofSending content: BodyContent?) {
    self.init(total: content?.bytes == nil ? content?.length : nil)
  }

  /// The same content, which tells how far its reader is.
  func watched(_ content: BodyContent) -> BodyContent {
    content.bytes == nil ? .stream(content.stream.reporting(advance)) : content
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
