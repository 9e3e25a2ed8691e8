import ATProtoHTTP
import Synchronization
import XRPC

/// The progress bar of an upload or a download; any task may report progress to it.
final class TransferProgress: Sendable {
  private let state: Mutex<(bar: ProgressBar, done: Int)>

  /// - Parameter total: the total number of bytes; nil if it is unknown, in which case there is no
  ///   bar.
  init(total: Int?) {
    state = Mutex((ProgressBar(total: total ?? 0), 0))
  }

  /// The bar of an upload; content in memory does not have a bar.
  convenience init(ofSending content: BodyContent?) {
    self.init(total: content?.bytes == nil ? content?.length : nil)
  }

  /// The same content, which reports how much of it has been read.
  func watched(_ content: BodyContent) -> BodyContent {
    content.bytes == nil ? .stream(content.stream.reporting(advance)) : content
  }

  /// - Parameter count: the number of bytes so far; it decreases if the transfer starts over.
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
