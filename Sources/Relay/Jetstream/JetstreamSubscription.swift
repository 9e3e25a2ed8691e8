import ATProtoSyntax
import CoreMetrics
import NIOCore
import Synchronization
import XRPCServer
import XRPCWebSocket

/// One subscriber: a position in the log or among the last events, and a filter.
final class JetstreamSubscription: WebSocketSource {
  /// Where the next event is.
  enum Place {
    /// In the log; events before a time are left out.
    case log(LogPosition, from: UInt64)
    case live(Live)
  }

  /// A position in the ring.
  struct Live {
    var position: Int
    /// Records up to this number were read from the log, which may have been ahead of the ring.
    var floor: Int
    /// Events before this time are left out.
    var from: UInt64
    /// The number of the last record that was looked at.
    var sequence: Int

    init(_ position: Int, after sequence: Int, from start: UInt64) {
      self.position = position
      floor = sequence
      from = start
      self.sequence = sequence
    }

    /// Moves past events, and returns those that have not been sent.
    mutating func take(_ found: ArraySlice<JetstreamEvent>) -> [JetstreamEvent] {
      position += found.count
      let new = found.filter { $0.sequence > floor && $0.microseconds >= from }
      if let last = found.last, last.sequence > floor {
        sequence = last.sequence
        from = max(from, last.microseconds + 1)
      }
      return new
    }

    /// The same place in the log. A commit may have been sent in part.
    var inLog: Place { .log(LogPosition(sequence: max(floor, sequence - 1)), from: from) }
  }

  struct State {
    var filter: JetstreamFilter
    /// A message before all events.
    var notice: [UInt8]?
    var place: Place
    var isWaitingForHello: Bool
    /// Frames to send before further events are read.
    var pending: ArraySlice<ByteBuffer> = []
    /// Whether the last message was an error.
    var hasFailed = false
    /// The numbers of wanted accounts, for the index of the log; nil before they were looked up.
    var accounts: Set<AccountID>??
  }

  /// The maximum number of records to read from the log at once.
  private static let page = 100
  /// The maximum number of events to look at before others get a turn.
  private static let batch = 500
  /// The maximum number of bytes to send at once, unless a single message is longer. Once they have
  /// been sent, a slow subscriber counts as alive.
  private static let batchBytes = 1 << 20

  let feed: JetstreamFeed
  private let entry: StreamEntry
  let version: JetstreamVersion
  private let compressor: ZstdCompressor?
  /// Whether the subscriber did not name a cursor.
  let startsLive: Bool
  let state: Mutex<State>
  private let wakeUps: AsyncStream<Void>
  let updates = EventSignal()

  init(
    _ feed: JetstreamFeed,
    _ parameters: JetstreamParameters,
    _ entry: StreamEntry
  ) async throws {
    self.feed = feed
    self.entry = entry
    version = parameters.version
    compressor = parameters.compressor
    if case .live = parameters.start { startsLive = true } else { startsLive = false }
    wakeUps = feed.wakeUps()
    let (place, notice) = try await Self.start(parameters, feed)
    state = Mutex(
      State(
        filter: parameters.filter,
        notice: parameters.version == .two ? notice : nil,
        place: place,
        isWaitingForHello: parameters.requiresHello
      )
    )
    feed.enter()
  }

  func closed() { feed.leave() }

  // MARK: Events

  func next() async throws -> [ByteBuffer]? {
    let hello = updates.wakeUps()
    if state.withLock({ $0.isWaitingForHello }) {
      var iterator = hello.makeAsyncIterator()
      while state.withLock({ $0.isWaitingForHello }) {
        guard await iterator.next() != nil else { return nil }
      }
    }
    let notice = state.withLock { state in
      defer { state.notice = nil }
      return state.notice
    }
    if let notice { return [try frame(notice)] }
    do {
      return try await batch()
    } catch let error where version == .two && !Task.isCancelled {
      // The log cannot be read. The next call after the error message closes the socket.
      let isNew = state.withLock { state in
        defer { state.hasFailed = true }
        return !state.hasFailed
      }
      guard isNew else { throw error }
      return [try frame(JetstreamEvent.error("InternalError", "cannot read the stream"))]
    }
  }

  /// A message that is not an event.
  private func frame(_ message: [UInt8]) throws -> ByteBuffer {
    guard let compressor else { return ServerFrame.text(message) }
    return ServerFrame.binary(try compressor.compress(message))
  }

  private func batch() async throws -> [ByteBuffer]? {
    if state.withLock({ $0.hasFailed }) { throw WebSocketClosing(code: 1011) }
    var iterator = wakeUps.makeAsyncIterator()
    while !Task.isCancelled {
      let pending = takePending()
      guard pending.isEmpty else { return pending }
      let (events, isIdle) = try await events()
      let frames = try frames(of: events)
      guard frames.isEmpty else {
        state.withLock { $0.pending = frames[...] }
        continue
      }
      // Nothing may match for a long time, and others need the thread, too.
      if !isIdle { await Task.yield() } else if await iterator.next() == nil { return nil }
    }
    return nil
  }

  private func takePending() -> [ByteBuffer] {
    state.withLock { state in
      var frames: [ByteBuffer] = []
      var size = 0
      while let frame = state.pending.first,
        frames.isEmpty || size + frame.readableBytes <= Self.batchBytes
      {
        frames.append(frame)
        size += frame.readableBytes
        state.pending.removeFirst()
      }
      return frames
    }
  }

  /// The next events, before the filter, and whether there are none at the moment.
  private func events() async throws -> (events: [JetstreamEvent], isIdle: Bool) {
    switch state.withLock({ $0.place }) {
    case .live(var live):
      guard let found = feed.events(from: live.position, maximumCount: Self.batch) else {
        // Too slow for the ring; the log has everything.
        move(to: live.inLog)
        return ([], false)
      }
      let new = live.take(found)
      move(to: .live(live))
      return (new, found.isEmpty)
    case .log(let position, let start):
      if let place = feed.position(after: position.sequence) {
        move(to: .live(Live(place, after: position.sequence, from: start)))
        return ([], false)
      }
      let filter = try await logFilter()
      let page = try await feed.page(after: position, filter, maximumCount: Self.page)
      move(to: .log(page.position, from: start))
      let events = page.records.flatMap(JetstreamEvent.events)
      return (events.filter { $0.microseconds >= start }, page.isAtEnd && events.isEmpty)
    }
  }

  private func move(to place: Place) {
    state.withLock { $0.place = place }
  }

  private func frames(of events: [JetstreamEvent]) throws -> [ByteBuffer] {
    guard !events.isEmpty else { return [] }
    let filter = state.withLock { $0.filter }
    var frames: [ByteBuffer] = []
    let hidden = feed.hidden
    for event in events where filter.wants(event) {
      if event.isAboutRepository, hidden.contains(event.account) { continue }
      let frame =
        try compressor.map { try event.compressed(version, by: $0) } ?? event.text(version)
      // Version two measures messages before compression.
      let measured = version == .two && compressor != nil ? event.text(version) : frame
      if filter.allows(size: event.payloadSize(of: measured)) { frames.append(frame) }
    }
    entry.sent(frames.count)
    feed.metrics.events.increment(by: frames.count)
    feed.metrics.bytes.increment(by: frames.reduce(0) { $0 + $1.readableBytes })
    return frames
  }

  /// The part of the filter that the index of the log can answer.
  private func logFilter() async throws -> LogFilter {
    let (filter, known) = state.withLock { ($0.filter, $0.accounts) }
    let accounts: Set<AccountID>?
    if let known { accounts = known } else { accounts = try await self.accounts(filter) }
    state.withLock { state in
      // An update may have arrived in the meantime.
      if state.filter.dids == filter.dids { state.accounts = .some(accounts) }
    }
    return filter.logFilter(accounts)
  }

  /// The wanted accounts; nil for all, and if one of them is not known yet: it may appear in the log
  /// before the subscriber has caught up.
  private func accounts(_ filter: JetstreamFilter) async throws -> Set<AccountID>? {
    guard !filter.dids.isEmpty else { return nil }
    var accounts: Set<AccountID> = []
    for text in filter.dids {
      guard let did = try? DID(text), let account = try await feed.accounts(did) else { return nil }
      accounts.insert(account)
    }
    return accounts
  }
}
