import HTTPTypes
import NIOCore
import Synchronization
import XRPC
import XRPCWebSocket

/// One stream of events, sent to any number of subscribers: first what the log keeps after their
/// cursor, then, without gap or repetition, what is appended.
///
///     let broadcast = try await EventBroadcast(log: sequencer)
///
///     // In the order of sequence numbers, when the event is in the log for good:
///     let frame = try ComAtproto.Sync.SubscribeRepos.frame(.commit(commit))
///     broadcast.append(SequencedFrame(sequence: commit.seq, bytes: frame))
///
///     // The route:
///     .subscription(ComAtproto.Sync.SubscribeRepos.self, sharing: { request in
///       try await broadcast.subscribe(cursor: request.parameters.cursor) { oldest in
///         try ComAtproto.Sync.SubscribeRepos.frame(.info(.init(name: .outdatedCursor)))
///       }
///     })
///
/// The last frames lie in memory, once for all; a subscriber is a position among them. One that
/// falls behind the first of them is closed with `ConsumerTooSlow`. Nothing is kept for a subscriber
/// but what its socket has taken and not sent.
public final class EventBroadcast: Sendable {
  struct State {
    var ring: FrameRing
    var shards: [ObjectIdentifier: BroadcastShard] = [:]
    var readers: [Int: AsyncStream<Void>.Continuation] = [:]
    var lastReader = 0
  }

  let log: any EventLog
  let configuration: EventBroadcastConfiguration
  private let state: Mutex<State>

  /// Goes on after the last event of `log`.
  public init(
    log: any EventLog,
    configuration: EventBroadcastConfiguration = EventBroadcastConfiguration()
  ) async throws {
    self.log = log
    self.configuration = configuration
    state = Mutex(
      State(
        ring: FrameRing(
          newest: try await log.window()?.upperBound ?? 0,
          maximumCount: configuration.maximumFrames,
          maximumBytes: configuration.maximumBytes
        )
      )
    )
  }

  /// The sequence number of the last event that was appended, or that the log had before.
  public var newest: Int { state.withLock { $0.ring.newest } }

  /// Sends an event to all subscribers. It must be in the log already: "by committing events to
  /// robust persistent storage before transmitting them" (Event Stream specification, "Sequence
  /// Numbers").
  ///
  /// An event whose sequence number is not greater than ``newest`` is left out: the log had it when
  /// the broadcast began. So events must come in order.
  public func append(_ event: SequencedFrame) {
    append(CollectionOfOne(event))
  }

  /// The same for many, with one wake-up for each subscriber.
  public func append(_ events: some Collection<SequencedFrame>) {
    // Encoded before the lock is taken.
    let entries = events.map {
      FrameRing.Entry(sequence: $0.sequence, frame: ServerFrame.binary($0.bytes))
    }
    let (shards, readers) = state.withLock { state in
      var isNew = false
      for entry in entries where state.ring.append(entry) { isNew = true }
      return isNew
        ? (Array(state.shards.values), Array(state.readers.values)) : ([], [])
    }
    for shard in shards { shard.wake() }
    for reader in readers { reader.yield() }
  }

  /// The stream after `cursor`, by the rules of the Event Stream specification, "Sequence Numbers":
  /// from now on without a cursor, from the oldest event with 0.
  ///
  /// The event that a cursor names was processed by whoever names it, so the stream begins with
  /// the one after it.
  ///
  /// - Parameter outdated: makes the frame that comes first where the cursor is older than the log;
  ///   it is told the oldest sequence number kept.
  /// - Throws: `FutureCursor`, which reaches the client as an error frame, or what the log throws.
  public func subscribe(
    cursor: Int?,
    outdated: (_ oldest: Int) throws -> [UInt8]?
  ) async throws -> EventSubscription {
    guard let cursor else { return EventSubscription(self, after: newest) }
    let (isInRing, newest) = state.withLock {
      ($0.ring.position(after: cursor) != nil, $0.ring.newest)
    }
    if isInRing, cursor <= newest { return EventSubscription(self, after: cursor) }
    let window = try await log.window()
    // The log may be ahead by what was stored a moment ago.
    let last = max(newest, window?.upperBound ?? 0)
    guard cursor <= last else {
      throw XRPCServerError(
        status: .badRequest,
        name: "FutureCursor",
        message: "the cursor is ahead of the stream, which is at \(last)"
      )
    }
    // What is missing between the cursor and the oldest event may be a gap; nobody can tell.
    let oldest = window?.lowerBound ?? last + 1
    guard cursor > 0, cursor < oldest - 1 else {
      return EventSubscription(self, after: max(0, cursor))
    }
    return EventSubscription(self, after: oldest - 1, first: try outdated(oldest))
  }
}

extension EventBroadcast {
  enum Place {
    /// A position in the ring.
    case live(Int)
    /// Some of the next frames are in the log only; the ring has what comes after `floor`.
    case log(floor: Int)
  }

  func place(after sequence: Int) -> Place {
    state.withLock { state in
      state.ring.position(after: sequence).map { .live($0) } ?? .log(floor: state.ring.floor)
    }
  }

  /// The position after the last frame.
  var end: Int { state.withLock { $0.ring.end } }

  func frames(from position: Int, maximumBytes: Int) -> [FrameRing.Entry]? {
    state.withLock { $0.ring.frames(from: position, maximumBytes: maximumBytes) }
  }

  /// Where the subscribers of one event loop are.
  func shard(on eventLoop: any EventLoop) -> BroadcastShard {
    state.withLock { state in
      let key = ObjectIdentifier(eventLoop)
      if let shard = state.shards[key] { return shard }
      let shard = BroadcastShard(self, eventLoop: eventLoop)
      state.shards[key] = shard
      return shard
    }
  }

  /// Told of every append, until the stream is left.
  func changes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream<Void>.makeStream(
      bufferingPolicy: .bufferingNewest(1)
    )
    let key = state.withLock { state in
      state.lastReader += 1
      state.readers[state.lastReader] = continuation
      return state.lastReader
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.readers.removeValue(forKey: key) }
    }
    return stream
  }

  static let tooSlow = EventStreamFrame.error(
    XRPCErrorBody(name: "ConsumerTooSlow", message: "the stream is read too slowly")
  ).bytes()
}
