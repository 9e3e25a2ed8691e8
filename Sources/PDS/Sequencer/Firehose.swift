import ComAtprotoAPI
import Synchronization
import XRPC
import XRPCServer

/// The events of all accounts, from the store to the subscribers of
/// `com.atproto.sync.subscribeRepos`.
final class Firehose: Sendable {
  private enum State {
    /// Nobody has subscribed yet: the store has everything.
    case idle
    /// The broadcast is being made; what is published meanwhile goes on to it.
    case opening(Task<EventBroadcast, any Error>, waiting: [SequencedFrame])
    case open(EventBroadcast)
  }

  private let state = Mutex(State.idle)

  /// Called in the order of the sequence, when the events are in the store for good.
  func publish(_ entries: [SequenceEntry]) {
    let frames = entries.map { SequencedFrame(sequence: $0.sequence, bytes: $0.frame) }
    state.withLock { state in
      switch state {
      case .idle: break
      case .opening(let task, let waiting):
        state = .opening(task, waiting: waiting + frames)
      case .open(let broadcast): broadcast.append(frames)
      }
    }
  }

  /// The stream for one subscriber.
  func subscribe(cursor: Int?, log: some EventLog) async throws -> EventSubscription {
    try await broadcast(log).subscribe(cursor: cursor) { _ in
      try ComAtproto.Sync.SubscribeRepos.frame(
        .info(
          ComAtproto.Sync.SubscribeRepos.Info(
            name: .outdatedCursor,
            message: "events after the cursor are not kept any more"
          )
        )
      )
    }
  }

  private func broadcast(_ log: some EventLog) async throws -> EventBroadcast {
    let task = state.withLock { state -> Task<EventBroadcast, any Error> in
      switch state {
      case .open(let broadcast): return Task { broadcast }
      case .opening(let task, _): return task
      case .idle:
        let task = Task { try await self.open(log) }
        state = .opening(task, waiting: [])
        return task
      }
    }
    return try await task.value
  }

  private func open(_ log: some EventLog) async throws -> EventBroadcast {
    do {
      let broadcast = try await EventBroadcast(log: log)
      state.withLock { state in
        // What the log had already is left out.
        if case .opening(_, let waiting) = state { broadcast.append(waiting) }
        state = .open(broadcast)
      }
      return broadcast
    } catch {
      state.withLock { $0 = .idle }
      throw error
    }
  }
}

/// The store as the log of the firehose.
struct SequenceLog: EventLog {
  let store: any PDSStore

  func window() async throws -> ClosedRange<Int>? {
    try await store.read { transaction in try transaction.sequence.window() }
  }

  func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) async throws -> [SequencedFrame] {
    try await store.read { transaction in
      try transaction.sequence.frames(
        after: sequence,
        maximumCount: maximumCount,
        maximumBytes: maximumBytes
      ).map { SequencedFrame(sequence: $0.sequence, bytes: $0.frame) }
    }
  }
}
