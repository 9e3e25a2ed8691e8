import HTTPTypes
import NIOCore
import Synchronization
import XRPC
import XRPCWebSocket

/// One stream of events, sent to any number of subscribers: first the stored events after their
/// cursor, then, without gap or repetition, new ones.
///
///     let broadcast = EventBroadcast(log: log)
///
///     // The route:
///     .subscription(ComAtproto.Sync.SubscribeRepos.self, sharing: { request in
///       try await broadcast.subscribe(cursor: request.parameters.cursor) { oldest in
///         try ComAtproto.Sync.SubscribeRepos.frame(.info(.init(name: .outdatedCursor)))
///       }
///     })
///
/// New events are pulled from the log when it signals that there are some, so an event is sent only
/// after it has been stored: "by committing events to robust persistent storage before transmitting
/// them" (Event Stream specification, "Sequence Numbers").
///
/// The last frames are in memory, once for all subscribers; a subscriber is a position among them.
/// A subscriber that has been up to date and then falls behind the first of them is closed with
/// `ConsumerTooSlow`; one that is still catching up reads the log instead, however far it is behind.
/// Apart from its position, a subscriber only takes the memory of what its socket has accepted but
/// not sent yet.
public final class EventBroadcast: Sendable {
  struct State {
    var ring: FrameRing
    var shards: [ObjectIdentifier: BroadcastShard] = [:]
    /// Reads the log; nil before the first subscriber.
    var reader: Task<Void, Never>?
  }

  /// The most to read from the log at once, for all live subscribers together.
  private static let livePage = (frames: 1000, bytes: 1 << 20)

  let log: any EventLog
  let configuration: EventBroadcastConfiguration
  /// Whether events come from ``publish(_:)`` instead of the log.
  private let isPublished: Bool
  private let state: Mutex<State>
  private let changes = EventSignal()

  /// Reads nothing from `log` until there is a subscriber.
  public init(
    log: any EventLog,
    configuration: EventBroadcastConfiguration = EventBroadcastConfiguration()
  ) {
    self.log = log
    self.configuration = configuration
    isPublished = false
    state = Mutex(State(ring: Self.ring(after: 0, configuration)))
  }

  /// Creates a stream whose new events come from ``publish(_:)``. The log is read only for
  /// subscribers that are behind.
  ///
  /// - Parameter newest: the last sequence number that was assigned.
  package init(
    log: any EventLog,
    configuration: EventBroadcastConfiguration = EventBroadcastConfiguration(),
    startingAfter newest: Int
  ) {
    self.log = log
    self.configuration = configuration
    isPublished = true
    state = Mutex(State(ring: Self.ring(after: newest, configuration)))
  }

  deinit {
    state.withLock { $0.reader?.cancel() }
  }

  private static func ring(
    after newest: Int,
    _ configuration: EventBroadcastConfiguration
  ) -> FrameRing {
    FrameRing(
      newest: newest,
      maximumCount: configuration.maximumFrames,
      maximumBytes: configuration.maximumBytes
    )
  }

  /// The stream after `cursor` (Event Stream specification, "Sequence Numbers"): only new events if
  /// it is nil, all stored events if it is 0.
  ///
  /// The client has processed the event that its cursor names, so the stream begins with the next.
  ///
  /// - Parameter outdated: makes the first frame of a stream whose cursor is older than the log,
  ///   from the oldest stored sequence number.
  /// - Throws: `FutureCursor`, which reaches the client as an error frame, or an error of the log.
  public func subscribe(
    cursor: Int?,
    outdated: (_ oldest: Int) throws -> [UInt8]?
  ) async throws -> EventSubscription {
    try await start()
    // What is published may be in memory longer than subscribers may read it.
    if let cursor, !isPublished, !configuration.startsInLog {
      let (isInRing, newest) = state.withLock {
        ($0.ring.position(after: cursor) != nil, $0.ring.newest)
      }
      if isInRing, cursor <= newest { return EventSubscription(self, after: cursor) }
    }
    let window = try await log.window()
    // The log may be ahead of the ring by events that were stored a moment ago.
    let last = max(newest, window?.upperBound ?? 0)
    guard let cursor else { return EventSubscription(self, after: last) }
    let isCatchingUp = configuration.startsInLog
    guard cursor <= last else {
      throw XRPCServerError(
        status: .badRequest,
        name: "FutureCursor",
        message: "the cursor is ahead of the stream, which is at \(last)"
      )
    }
    // Events between the cursor and the oldest stored one may never have existed.
    let oldest = window?.lowerBound ?? last + 1
    guard cursor < oldest - 1 else {
      return EventSubscription(self, after: max(0, cursor), isCatchingUp: isCatchingUp)
    }
    return EventSubscription(
      self,
      after: oldest - 1,
      first: cursor > 0 ? try outdated(oldest) : nil,
      isCatchingUp: isCatchingUp
    )
  }
}

// MARK: Reading the log

extension EventBroadcast {
  /// Starts to read the log, from its end.
  ///
  /// If several first subscribers arrive at once, one starts the reader and the others find it
  /// started. Events that are stored between here and the reader's registration are read by its
  /// first pull.
  private func start() async throws {
    if isPublished || state.withLock({ $0.reader != nil }) { return }
    let newest = try await log.window()?.upperBound ?? 0
    state.withLock { state in
      guard state.reader == nil else { return }
      state.ring = Self.ring(after: newest, configuration)
      let wakeUps = log.wakeUps()
      state.reader = Task { [weak self] in
        await self?.pullUntilDone()
        for await _ in wakeUps { await self?.pullUntilDone() }
      }
    }
  }

  private func pullUntilDone() async {
    while !Task.isCancelled {
      do {
        return try await pull()
      } catch {
        // Nothing is lost: the ring continues from where it is.
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Reads all stored events into the ring.
  ///
  /// Several calls may run at once: each page begins at most one event after the end of the ring,
  /// and events that the ring already has are left out, so no event is skipped or repeated.
  func pull() async throws {
    while !isPublished {
      let page = try await log.frames(
        after: newest,
        maximumCount: Self.livePage.frames,
        maximumBytes: Self.livePage.bytes
      )
      append(page)
      let bytes = page.reduce(0) { $0 + $1.bytes.count }
      if page.count < Self.livePage.frames, bytes < Self.livePage.bytes { return }
    }
  }

  /// Adds events that are in the log to the ring. Called in the order of their numbers.
  package func publish(_ events: [SequencedFrame]) {
    append(events)
  }

  /// Adds events to the ring and wakes its subscribers, each once.
  func append(_ events: some Collection<SequencedFrame>) {
    // Encode before taking the lock.
    let entries = events.map {
      FrameRing.Entry(sequence: $0.sequence, frame: ServerFrame.binary($0.bytes))
    }
    let shards = state.withLock { state -> [BroadcastShard]? in
      var isNew = false
      for entry in entries where state.ring.append(entry) { isNew = true }
      return isNew ? Array(state.shards.values) : nil
    }
    guard let shards else { return }
    for shard in shards { shard.wake() }
    changes.notify()
  }
}

// MARK: Reading the ring

extension EventBroadcast {
  /// The sequence number of the last event in the ring.
  var newest: Int { state.withLock { $0.ring.newest } }

  enum Place {
    /// A position in the ring.
    case live(Int)
    /// The next frames are read from the log. The ring has those after `floor`; the first of them
    /// that is wanted is `next`, or nil if some of the frames that are wanted are only in the log.
    case log(floor: Int, next: Int?)
  }

  /// - Parameter isCatchingUp: whether the subscriber reads the log. It continues with the log until
  ///   it is in the newer half of the ring, so that it does not fall out at once; with
  ///   ``EventBroadcastConfiguration/startsInLog``, to the end of the log.
  func place(after sequence: Int, isCatchingUp: Bool = false) -> Place {
    state.withLock { state in
      let ring = state.ring
      if isCatchingUp, configuration.startsInLog { return .log(floor: ring.floor, next: nil) }
      guard let position = ring.position(after: sequence) else {
        return .log(floor: ring.floor, next: nil)
      }
      if isCatchingUp, !ring.isInNewerHalf(position) {
        return .log(floor: ring.floor, next: ring.sequence(at: position))
      }
      return .live(position)
    }
  }

  /// Whether the log has everything after a sequence number.
  func hasStored(after sequence: Int) async throws -> Bool {
    guard let window = try await log.window() else { return false }
    return window.lowerBound <= sequence + 1
  }

  /// The position after the last frame.
  var end: Int { state.withLock { $0.ring.end } }

  func frames(from position: Int, maximumBytes: Int) -> [FrameRing.Entry]? {
    state.withLock { $0.ring.frames(from: position, maximumBytes: maximumBytes) }
  }

  /// The shard of an event loop's subscribers.
  func shard(on eventLoop: any EventLoop) -> BroadcastShard {
    state.withLock { state in
      let key = ObjectIdentifier(eventLoop)
      if let shard = state.shards[key] { return shard }
      let shard = BroadcastShard(self, eventLoop: eventLoop)
      state.shards[key] = shard
      return shard
    }
  }

  /// A stream with an element after each change of the ring.
  package func ringChanges() -> AsyncStream<Void> { changes.wakeUps() }

  static let tooSlow = EventStreamFrame.error(
    XRPCErrorBody(name: "ConsumerTooSlow", message: "the stream is read too slowly")
  ).bytes()
}
