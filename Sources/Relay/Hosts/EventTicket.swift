package import ATProtoRepo
import Synchronization

/// A received event on its way through the relay: its place in the host's window.
///
/// The log's writer finishes it once its effect is on disk. If it is released unfinished, the host's
/// cursor stays before it, and the event is received again.
package final class EventTicket: Sendable {
  /// What the connection to the host must learn.
  enum Change: Sendable {
    case parked
    case finished(EventOutcome)
    case charged(nanoseconds: Int)
  }

  package let host: HostID
  /// The host's number of the event.
  package let sequence: Int
  /// The size of the frame in bytes.
  package let size: Int
  private let isParked = Atomic(false)
  private let isFinished = Atomic(false)
  private let notify: @Sendable (EventTicket, Change) -> Void
  private let isCurrent: @Sendable () -> Bool

  /// - Parameter isCurrent: whether the sequence numbers of the host are still those with which it
  ///   sent this event.
  init(
    host: HostID,
    sequence: Int,
    size: Int,
    _ notify: @escaping @Sendable (EventTicket, Change) -> Void,
    isCurrent: @escaping @Sendable () -> Bool = { true }
  ) {
    self.host = host
    self.sequence = sequence
    self.size = size
    self.notify = notify
    self.isCurrent = isCurrent
  }

  /// A ticket for tests and for events that did not come from a host.
  package convenience init(
    host: HostID,
    sequence: Int,
    finished: @escaping @Sendable (EventOutcome) -> Void
  ) {
    self.init(host: host, sequence: sequence, size: 0) { _, change in
      if case .finished(let outcome) = change { finished(outcome) }
    }
  }

  /// ``sequence``, or nil if the host has reset its sequence numbers since then: the number may now
  /// belong to another event, which must not count as finished.
  var currentSequence: Int? { isCurrent() ? sequence : nil }

  deinit {
    if !isFinished.load(ordering: .relaxed) { notify(self, .finished(.abandoned)) }
  }

  /// Frees the event's place. Only the first call counts.
  package func finish(_ outcome: EventOutcome) {
    if isFinished.exchange(true, ordering: .relaxed) { return }
    notify(self, .finished(outcome))
  }

  /// Gives the place in the window to the host's next event while this one waits for something that
  /// may take a long time, such as a PLC directory that is down. Only the first call counts.
  package func park() {
    if isParked.exchange(true, ordering: .relaxed) { return }
    notify(self, .parked)
  }

  /// Whether ``park()`` was called.
  var wasParked: Bool { isParked.load(ordering: .relaxed) }

  /// Counts time of a lane against the host's share.
  package func charge(nanoseconds: Int) {
    notify(self, .charged(nanoseconds: nanoseconds))
  }
}

/// The outcome of an event.
package enum EventOutcome: Sendable {
  /// It has this number in the relay's own stream.
  case accepted(sequence: Int)
  case rejected(SyncRejection.Reason)
  /// It was dropped without a decision, because the relay is stopping.
  case abandoned
}
