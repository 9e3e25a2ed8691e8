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
  /// Events about the repository may be missing, so it is fetched again in its turn.
  case check(DID)
  /// What the relay lists about the repository, after events may have been missed.
  case listed(ListedRepository)
  /// The revision at the relay, or nil if it is not known.
  case revision(DID, TID?)
  /// The identity is resolved again.
  case refresh(DID)
  /// Yields once all inputs before it have been stored.
  case barrier(AsyncStream<Void>.Continuation)
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
    /// The number of events and checks.
    var events = 0
    var bytes = 0

    /// Counts inputs that have to wait outside if there are too many.
    mutating func add(_ input: GroupInput, _ sign: Int) {
      switch input {
      case .event(_, let size):
        events += sign
        bytes += sign * size
      case .check, .listed: events += sign
      default: break
      }
    }
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
    await sendInTurn(.event(event, size: size))
  }

  /// Waits until there is room.
  func sendInTurn(_ input: GroupInput) async {
    if isFull {
      let changes = room.stream()
      var iterator = changes.makeAsyncIterator()
      while isFull {
        guard await iterator.next() != nil else { return }
      }
    }
    state.withLock { state in
      state.add(input, 1)
      state.inputs.append(input)
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
      // A slice holds on to elements before its beginning.
      if state.inputs.isEmpty { state.inputs = [] }
      for input in batch { state.add(input, -1) }
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
