/// An event that was handed out, and must be acknowledged.
public struct SyncDelivery: Sendable {
  /// The event.
  public let event: SyncEvent
  let outbox: Outbox

  /// Ends the delivery: the event has been processed, and later events of its repository may follow.
  ///
  /// An event that is not acknowledged within ``SyncConfiguration/retryTimeout`` is delivered again,
  /// and so are the acknowledged events of the last second after a crash.
  public func acknowledge() {
    outbox.acknowledge(event.id)
  }

  /// Delivers the event again after a while. Other events do not wait for it, except later ones of
  /// its repository.
  public func retry(after delay: Duration) {
    outbox.postpone(event.id, by: delay.microseconds)
  }

  /// Gives the event back, to be delivered again at once.
  public func release() {
    outbox.release(event.id)
  }
}

/// The events of a ``SyncConsumer``, each at least once.
///
/// Several iterators share the events; each event goes to one of them. The events of one repository
/// are in order: a live event is handed out when all earlier ones are acknowledged, and no other
/// event of the repository before it is. Historical events are handed out without waiting.
public struct SyncDeliveries: AsyncSequence, Sendable {
  /// An event to acknowledge.
  public typealias Element = SyncDelivery
  /// An error of the store.
  public typealias Failure = any Error

  let outbox: Outbox

  /// Starts to read events.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(outbox: outbox, wakeUps: outbox.wakeUps())
  }

  /// Reads events one by one.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let outbox: Outbox
    let wakeUps: AsyncStream<Void>

    /// Waits for the next event; nil if the task is canceled or the consumer has stopped.
    public mutating func next() async throws -> SyncDelivery? {
      try await outbox.next(wakeUps)
    }
  }
}
