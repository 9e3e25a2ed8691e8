import Logging
import NIOCore
import NIOWebSocket
import XRPC
import XRPCWebSocket

/// The server's end of one WebSocket: sends a stream's frames as fast as the peer receives them,
/// and answers control frames.
final class EventStreamHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = ByteBuffer

  private enum State {
    case starting
    /// A task supplies frames, one by one or a page at a time.
    case fed(Task<Void, Never>)
    /// The ring is read from a position on.
    case live(Live)
    /// A close frame was sent.
    case closing
    case closed
  }

  private struct Live {
    let shard: BroadcastShard
    var position: Int
    /// Whether the end of the ring has been reached.
    var hasCaughtUp = false
  }

  /// The number of frames of one subscriber to write before other subscribers get a turn.
  private static let maximumRounds = 8

  private let opening: XRPCRouter.Opening
  private let configuration: EventStreamConfiguration
  private let logger: Logger
  private let entry: StreamEntry?
  private var reader: WebSocketReader
  private var state = State.starting
  private var context: ChannelHandlerContext?
  /// The sequence number of the last event that was sent or skipped.
  private var sequence = 0 {
    didSet { entry?.reached(sequence) }
  }
  private var isDraining = false
  /// Whether the peer has sent or received anything since the last ping.
  private var isAlive = true
  private var pings: RepeatedTask?
  /// The position where the stream ends because the server is shutting down; nil before that.
  private var finalPosition: Int?

  init(
    _ opening: XRPCRouter.Opening,
    configuration: EventStreamConfiguration,
    logger: Logger,
    entry: StreamEntry? = nil
  ) {
    self.opening = opening
    self.entry = entry
    self.configuration = configuration
    self.logger = logger
    reader = WebSocketReader(
      expectsMask: true,
      maximumMessageBytes: configuration.maximumMessageBytes
    )
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let interval = TimeAmount(configuration.pingInterval)
    pings = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      loopBound.value.ping()
    }
    switch opening {
    case .frames(let frames):
      feed(frames, loopBound)
    case .shared(let subscription as EventSubscription):
      sequence = subscription.sequence
      if let first = subscription.first {
        context.writeAndFlush(wrapOutboundOut(ServerFrame.binary(first)), promise: nil)
      }
      advance(subscription, isCatchingUp: subscription.isCatchingUp)
    case .shared(let stream):
      feed(stream.frames(), loopBound)
    case .response:
      close(1011, "no stream")
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  /// Releases everything; nothing more is written.
  private func end() {
    switch state {
    case .fed(let task): task.cancel()
    case .live(let live): live.shard.remove(self)
    case .starting, .closing, .closed: break
    }
    state = .closed
    pings?.cancel()
    pings = nil
  }
}

// MARK: Frames from a task

extension EventStreamHandler {
  private func feed(
    _ frames: AsyncThrowingStream<[UInt8], any Error>,
    _ loopBound: NIOLoopBound<EventStreamHandler>
  ) {
    let eventLoop = loopBound.eventLoop
    state = .fed(
      Task {
        var code = 1000
        do {
          for try await frame in frames {
            // The next frame is made once this one is in the kernel, which provides back-pressure.
            let sent = eventLoop.makePromise(of: Void.self)
            eventLoop.execute { loopBound.value.send([ServerFrame.binary(frame)], sent) }
            try await sent.futureResult.get()
          }
        } catch {
          code = 1011
        }
        let closeCode = code
        eventLoop.execute { loopBound.value.close(closeCode) }
      }
    )
  }

  private func send(_ frames: [ByteBuffer], _ promise: EventLoopPromise<Void>) {
    guard let context, case .fed = state, let last = frames.last else {
      promise.fail(ChannelError.ioOnClosedChannel)
      return
    }
    for frame in frames.dropLast() { context.write(wrapOutboundOut(frame), promise: nil) }
    context.writeAndFlush(wrapOutboundOut(last), promise: promise)
    entry?.sent(frames.count)
  }
}

// MARK: Shared frames

extension EventStreamHandler {
  /// Continues in the ring if it has the next frame, otherwise with a page of the log.
  ///
  /// - Parameter isCatchingUp: whether earlier frames came from the log too.
  private func advance(_ subscription: EventSubscription, isCatchingUp: Bool = false) {
    guard let context, isOpen else { return }
    guard finalPosition == nil else { return close(1001) }
    let place = subscription.broadcast.place(after: sequence, isCatchingUp: isCatchingUp)
    if case .live(let position) = place {
      let shard = subscription.broadcast.shard(on: context.eventLoop)
      state = .live(Live(shard: shard, position: position))
      shard.add(self)
      return drain()
    }
    let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let after = sequence
    state = .fed(
      Task {
        do {
          var after = after
          var isCatchingUp = isCatchingUp
          let page = try await subscription.page(after: &after, isCatchingUp: &isCatchingUp)
          let reached = page?.last?.sequence ?? after
          let frames = page?.map { ServerFrame.binary($0.bytes) } ?? []
          eventLoop.execute { [isCatchingUp] in
            loopBound.value.turn(frames, upTo: reached, isCatchingUp: isCatchingUp, subscription)
          }
        } catch {
          eventLoop.execute { loopBound.value.fail(error) }
        }
      }
    )
  }

  /// Reads a page of the log; the next one is read once the kernel has accepted this one.
  private func turn(
    _ frames: [ByteBuffer],
    upTo reached: Int,
    isCatchingUp: Bool,
    _ subscription: EventSubscription
  ) {
    guard let context, case .fed = state else { return }
    sequence = reached
    // The ring has the next frames, perhaps only the ring.
    guard !frames.isEmpty else { return advance(subscription) }
    let sent = context.eventLoop.makePromise(of: Void.self)
    send(frames, sent)
    sent.futureResult.assumeIsolated().whenSuccess {
      self.advance(subscription, isCatchingUp: isCatchingUp)
    }
  }

  private func fail(_ error: any Error) {
    guard isOpen, !(error is CancellationError) else { return }
    if error is EventsDeleted { return closeTooSlow() }
    logger.error("the log of an event stream failed", metadata: ["error": "\(error)"])
    let frame = EventStreamFrame.error(XRPCServerError.internalServerError.body).bytes()
    context?.write(wrapOutboundOut(ServerFrame.binary(frame)), promise: nil)
    close(1011)
  }

  /// Sends frames from the ring as long as the socket accepts them.
  ///
  /// Flushing may make the socket writable again and call this method before it returns. In that
  /// case the outer loop continues with its own position.
  func drain() {
    guard !isDraining, let context, case .live(var live) = state else { return }
    isDraining = true
    defer { isDraining = false }
    var rounds = 0
    var hasMore = true
    while hasMore, context.channel.isWritable {
      guard rounds < Self.maximumRounds else {
        // Let other subscribers go first.
        live.shard.wake()
        break
      }
      rounds += 1
      while hasMore, context.channel.isWritable {
        switch live.shard.batch(from: live.position, after: sequence) {
        case .nothing:
          hasMore = false
          live.hasCaughtUp = true
        case .batch(let batch):
          live.position = batch.end
          if batch.lastSequence > sequence {
            sequence = batch.lastSequence
            context.write(wrapOutboundOut(batch.bytes), promise: nil)
            entry?.sent(batch.end - batch.start)
          }
        case .lost:
          return lose(live)
        }
      }
      context.flush()
      // The peer may have disconnected.
      guard case .live = state else { return }
    }
    state = .live(live)
    if let finalPosition, live.position >= finalPosition { close(1001) }
  }

  /// The ring dropped the next frame: a subscriber that was up to date is too slow; another one
  /// returns to the log.
  private func lose(_ live: Live) {
    guard !live.hasCaughtUp, case .shared(let subscription as EventSubscription) = opening,
      let context
    else { return closeTooSlow() }
    context.flush()
    // The peer may have disconnected.
    guard case .live = state else { return }
    live.shard.remove(self)
    let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let after = sequence
    state = .fed(
      Task {
        do {
          let isStored = try await subscription.broadcast.hasStored(after: after)
          eventLoop.execute {
            if isStored {
              loopBound.value.advance(subscription, isCatchingUp: true)
            } else {
              loopBound.value.closeTooSlow()
            }
          }
        } catch {
          eventLoop.execute { loopBound.value.fail(error) }
        }
      }
    )
  }

  private func closeTooSlow() {
    guard let context, isOpen else { return }
    let frame = ServerFrame.binary(EventBroadcast.tooSlow)
    context.write(wrapOutboundOut(frame), promise: nil)
    close(1008, "ConsumerTooSlow")
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      isAlive = true
      drain()
    }
    context.fireChannelWritabilityChanged()
  }
}

// MARK: Frames from the peer

extension EventStreamHandler {
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isAlive = true
    if case .closed = state { return }
    do throws(WebSocketViolation) {
      switch try reader.read(unwrapInboundIn(data)) {
      case .ping(let payload):
        if isOpen { context.sendPong(payload) }
      case .close(let code):
        if isOpen { close(code ?? 1000) }
        context.closeOnceSent()
      case .text, .binary, .fragment, .pong:
        // "Servers should ignore any frames received from the client" (Event Stream
        // specification, "Framing").
        break
      }
    } catch {
      violate(error)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let maximum = configuration.maximumMessageBytes
    if let violation = WebSocketViolation(decoding: error, maximumMessageBytes: maximum) {
      violate(violation)
    } else {
      context.close(promise: nil)
    }
  }

  private func violate(_ violation: WebSocketViolation) {
    if isOpen {
      logger.debug("closing a WebSocket", metadata: ["reason": "\(violation.reason)"])
      close(violation.code, violation.reason)
    }
    context?.closeOnceSent()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent:
      quiesce()
    case ChannelEvent.inputClosed:
      // A half-closed peer can neither answer pings nor close in order.
      context.close(promise: nil)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  /// Called when the server shuts down. Events that are stored by now are still sent.
  func quiesce() {
    guard finalPosition == nil else { return }
    switch (state, opening) {
    case (.live, .shared(let subscription as EventSubscription)):
      finalPosition = .max
      context?.close(after: configuration.closeTimeout)
      finish(subscription.broadcast)
    case (.closing, _), (.closed, _):
      break
    default:
      finalPosition = 0
      close(1001)
    }
  }
}

// MARK: The end

extension EventStreamHandler {
  /// Sends everything that is in the log now, and ends the stream.
  private func finish(_ broadcast: EventBroadcast) {
    guard let eventLoop = context?.eventLoop else { return }
    let loopBound = NIOLoopBound(self, eventLoop: eventLoop)
    Task {
      // If the log fails, clients get the rest over another connection, using their cursor.
      try? await broadcast.pull()
      let end = broadcast.end
      eventLoop.execute {
        loopBound.value.finalPosition = end
        loopBound.value.drain()
      }
    }
  }
}

extension EventStreamHandler {
  private var isOpen: Bool {
    switch state {
    case .starting, .fed, .live: true
    case .closing, .closed: false
    }
  }

  private func close(_ code: Int, _ reason: String = "") {
    guard let context, isOpen else { return }
    end()
    state = .closing
    context.sendClose(code, reason, closeTimeout: configuration.closeTimeout)
  }

  private func ping() {
    guard let context, isOpen else { return }
    guard isAlive else { return context.close(promise: nil) }
    isAlive = false
    context.sendPing()
  }
}
