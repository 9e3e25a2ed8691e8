import NIOCore
public import XRPC
import XRPCWebSocket

/// A subscriber's position in an ``EventBroadcast``: what a handler returns to its route.
public struct EventSubscription: SharedEventStream {
  let broadcast: EventBroadcast
  /// The stream begins after this sequence number.
  let sequence: Int
  /// A frame to send before all events.
  let first: [UInt8]?
  /// Whether the stream begins in the log, even if the ring has its first events.
  let isCatchingUp: Bool

  init(
    _ broadcast: EventBroadcast,
    after sequence: Int,
    first: [UInt8]? = nil,
    isCatchingUp: Bool = false
  ) {
    self.broadcast = broadcast
    self.sequence = sequence
    self.first = first
    self.isCatchingUp = isCatchingUp
  }

  /// The next events from the log, or nil if the ring has them.
  ///
  /// - Parameters:
  ///   - sequence: moved past events that the log no longer has.
  ///   - isCatchingUp: whether earlier events came from the log too. Set to false with the last page
  ///     of a log that is read to its end: the ring continues from there.
  func page(
    after sequence: inout Int,
    isCatchingUp: inout Bool
  ) async throws -> [SequencedFrame]? {
    while true {
      // The floor is read before the log: everything up to it was stored by then, so if the log has
      // nothing after `sequence`, it never will.
      let place = broadcast.place(after: sequence, isCatchingUp: isCatchingUp)
      guard case .log(let floor, let next) = place else { return nil }
      let page = try await broadcast.log.frames(
        after: sequence,
        maximumCount: broadcast.configuration.pageFrames,
        maximumBytes: broadcast.configuration.pageBytes
      )
      // The log may keep less than the ring.
      if let next, page.first.map({ $0.sequence > next }) ?? true { return nil }
      if broadcast.configuration.startsInLog {
        isCatchingUp = !isLast(page)
      } else if !page.isEmpty {
        isCatchingUp = true
      }
      guard page.isEmpty else { return page }
      sequence = max(sequence, floor)
    }
  }

  /// Whether a page is shorter than its limits, so that it ends with the last stored event.
  private func isLast(_ page: [SequencedFrame]) -> Bool {
    page.count < broadcast.configuration.pageFrames
      && page.reduce(0) { $0 + $1.bytes.count } < broadcast.configuration.pageBytes
  }

  public func frames() -> AsyncThrowingStream<[UInt8], any Error> {
    let reader = EventReader(self)
    return AsyncThrowingStream { try await reader.next() }
  }
}

/// Reads a subscription one frame at a time, without a socket.
private actor EventReader {
  private let subscription: EventSubscription
  private let changes: AsyncStream<Void>
  private var sequence: Int
  private var first: [UInt8]?
  private var page: ArraySlice<SequencedFrame> = []
  private var position: Int?
  private var isCatchingUp: Bool
  /// Whether the end of the ring has been reached.
  private var hasCaughtUp = false
  private var hasEnded = false

  init(_ subscription: EventSubscription) {
    self.subscription = subscription
    changes = subscription.broadcast.ringChanges()
    sequence = subscription.sequence
    first = subscription.first
    isCatchingUp = subscription.isCatchingUp
  }

  func next() async throws -> [UInt8]? {
    while !hasEnded || first != nil {
      if let first {
        self.first = nil
        return first
      }
      if let frame = page.popFirst() {
        sequence = frame.sequence
        return frame.bytes
      }
      if let position {
        if let frame = try await live(from: position) { return frame }
      } else {
        try await locate()
      }
    }
    return nil
  }

  private func locate() async throws {
    var after = sequence
    var isCatchingUp = isCatchingUp
    do {
      page = try await subscription.page(after: &after, isCatchingUp: &isCatchingUp)?[...] ?? []
    } catch is EventsDeleted {
      hasEnded = true
      page = []
      first = EventBroadcast.tooSlow
      return
    }
    sequence = after
    self.isCatchingUp = isCatchingUp
    if page.isEmpty, case .live(let position) = subscription.broadcast.place(after: sequence) {
      self.position = position
    }
  }

  private func live(from position: Int) async throws -> [UInt8]? {
    guard let found = subscription.broadcast.frames(from: position, maximumBytes: 0) else {
      if !hasCaughtUp, try await subscription.broadcast.hasStored(after: sequence) {
        self.position = nil
        isCatchingUp = true
        return nil
      }
      hasEnded = true
      return EventBroadcast.tooSlow
    }
    guard let entry = found.first else {
      hasCaughtUp = true
      // Iterators of one stream share its state.
      var iterator = changes.makeAsyncIterator()
      hasEnded = await iterator.next() == nil
      return nil
    }
    self.position = position + 1
    if position + 1 == subscription.broadcast.end { hasCaughtUp = true }
    // The log was ahead of the ring when it was read.
    guard entry.sequence > sequence else { return nil }
    sequence = entry.sequence
    return ServerFrame.payload(of: entry.frame)
  }
}
