import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import Synchronization

/// Something that happens to a repository.
enum GroupInput: Sendable {
  case event(FirehoseEvent, size: Int)
  case identity(DID, Result<Identity, SyncFailure>)
  case status(DID, Result<HostedStatus, SyncFailure>)
  case repository(DID, FetchOutcome)
  case wake(DID)
  /// The repository is to be fetched.
  case fetch(DID)
  case remove(DID)
}

/// The inputs of a group, in order. Events wait outside while there are too many; answers never do.
final class GroupInbox: Sendable {
  private static let maximumEvents = 2_000
  private static let maximumBytes = 16 << 20
  /// The maximum number of inputs to take at once: they are stored together.
  private static let batch = 200

  private struct State {
    var inputs: ArraySlice<GroupInput> = []
    var events = 0
    var bytes = 0
  }

  private let state = Mutex(State())
  private let arrivals = WakeUps()
  private let room = WakeUps()

  func send(_ input: GroupInput) {
    state.withLock { $0.inputs.append(input) }
    arrivals.notify()
  }

  /// Waits until there is room.
  func send(_ event: FirehoseEvent, size: Int) async {
    if isFull {
      let changes = room.stream()
      var iterator = changes.makeAsyncIterator()
      while isFull {
        guard await iterator.next() != nil else { return }
      }
    }
    state.withLock { state in
      state.events += 1
      state.bytes += size
      state.inputs.append(.event(event, size: size))
    }
    arrivals.notify()
  }

  /// The number of events.
  var count: Int { state.withLock { $0.events } }

  private var isFull: Bool {
    state.withLock {
      $0.events >= Self.maximumEvents || ($0.events > 0 && $0.bytes >= Self.maximumBytes)
    }
  }

  /// A stream of wake-ups for ``next(_:)``.
  func wakeUps() -> AsyncStream<Void> { arrivals.stream() }

  /// Waits for inputs; nil at the end or if the task is canceled.
  func next(_ wakeUps: AsyncStream<Void>) async -> [GroupInput]? {
    var iterator = wakeUps.makeAsyncIterator()
    while true {
      let batch = take()
      if !batch.isEmpty { return batch }
      guard await iterator.next() != nil else { return nil }
    }
  }

  private func take() -> [GroupInput] {
    let batch = state.withLock { state in
      let batch = Array(state.inputs.prefix(Self.batch))
      state.inputs.removeFirst(batch.count)
      for case .event(_, let size) in batch {
        state.events -= 1
        state.bytes -= size
      }
      return batch
    }
    if !batch.isEmpty { room.notify() }
    return batch
  }

  func end() {
    arrivals.end()
    room.end()
  }
}
