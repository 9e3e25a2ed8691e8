import Synchronization

/// New events on their way from the store to subscribers.
final class Firehose: Sendable {
  private let receiver = Mutex<(@Sendable ([SequenceEntry]) -> Void)?>(nil)

  /// Where events go from now on.
  func forward(to receiver: @escaping @Sendable ([SequenceEntry]) -> Void) {
    self.receiver.withLock { $0 = receiver }
  }

  func publish(_ entries: [SequenceEntry]) {
    receiver.withLock { $0 }?(entries)
  }
}
