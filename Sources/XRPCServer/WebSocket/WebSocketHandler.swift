import Logging
import NIOCore
import NIOWebSocket
import XRPCWebSocket

/// The server's end of a WebSocket with a ``WebSocketSource``: sends its frames as fast as the client
/// receives them, and passes the client's messages to it one after another.
final class WebSocketHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The size of messages that may wait for the source before no more are read from the socket.
  private static let maximumWaitingBytes = 1 << 20
  /// The same for their number.
  private static let maximumWaitingMessages = 1_000

  private enum State {
    case open
    /// A close frame was sent.
    case closing
    case closed
  }

  private let source: any WebSocketSource
  private let route: WebSocketRoute
  private let configuration: EventStreamConfiguration
  private let logger: Logger
  private var reader: WebSocketReader
  private var state = State.open
  private var context: ChannelHandlerContext?
  private var sending: Task<Void, Never>?
  private var receiving: Task<Void, Never>?
  private var messages: AsyncStream<WebSocketMessage>.Continuation?
  private var waiting = WaitingMessages()
  private var liveness = Liveness()

  /// Messages that the source has not taken.
  private struct WaitingMessages {
    var count = 0
    var bytes = 0
    /// Whether a read was requested that has not been passed on.
    var isReadHeld = false
  }

  private struct Liveness {
    /// Whether the peer has sent or received anything since the last ping.
    var isAlive = true
    var pings: RepeatedTask?
  }

  init(
    _ source: any WebSocketSource,
    route: WebSocketRoute,
    configuration: EventStreamConfiguration,
    logger: Logger
  ) {
    self.source = source
    self.route = route
    self.configuration = configuration
    self.logger = logger
    reader = WebSocketReader(expectsMask: true, maximumMessageBytes: route.maximumMessageBytes)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let interval = TimeAmount(configuration.pingInterval)
    liveness.pings = context.eventLoop.scheduleRepeatedTask(
      initialDelay: interval,
      delay: interval
    ) { _ in loopBound.value.ping() }
    let (messages, continuation) = AsyncStream<WebSocketMessage>.makeStream()
    self.messages = continuation
    sending = send(loopBound)
    receiving = receive(messages, loopBound)
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
    guard let messages else { return }
    self.messages = nil
    messages.finish()
    sending?.cancel()
    sending = nil
    liveness.pings?.cancel()
    liveness.pings = nil
    state = .closed
    // Messages that arrived before the end still count: a client may close right after its last
    // acknowledgment.
    Task { [source, receiving] in
      await receiving?.value
      source.closed()
    }
    receiving = nil
  }
}

// MARK: Frames of the source

extension WebSocketHandler {
  private func send(_ loopBound: NIOLoopBound<WebSocketHandler>) -> Task<Void, Never> {
    let source = source
    let eventLoop = loopBound.eventLoop
    return Task {
      var closing = WebSocketClosing(code: 1000)
      do {
        while let frames = try await source.next() {
          guard !frames.isEmpty else { continue }
          // The next frames are made once these are in the kernel, which provides back-pressure.
          let sent = eventLoop.makePromise(of: Void.self)
          eventLoop.execute { loopBound.value.write(frames, sent) }
          try await sent.futureResult.get()
        }
      } catch let error as WebSocketClosing {
        closing = error
      } catch {
        closing.code = 1011
      }
      let end = closing
      eventLoop.execute { loopBound.value.finish(end) }
    }
  }

  private func write(_ frames: [ByteBuffer], _ promise: EventLoopPromise<Void>) {
    guard let context, state == .open, let last = frames.last else {
      promise.fail(ChannelError.ioOnClosedChannel)
      return
    }
    for frame in frames.dropLast() { context.write(wrapOutboundOut(frame), promise: nil) }
    // A slow peer that still receives data is alive.
    promise.futureResult.assumeIsolated().whenSuccess { self.liveness.isAlive = true }
    context.writeAndFlush(wrapOutboundOut(last), promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { liveness.isAlive = true }
    context.fireChannelWritabilityChanged()
  }
}

// MARK: Messages of the client

extension WebSocketHandler {
  private func receive(
    _ messages: AsyncStream<WebSocketMessage>,
    _ loopBound: NIOLoopBound<WebSocketHandler>
  ) -> Task<Void, Never> {
    let source = source
    let eventLoop = loopBound.eventLoop
    return Task {
      for await message in messages {
        do {
          try await source.received(message)
          eventLoop.execute { loopBound.value.taken(message) }
        } catch {
          let closing =
            error as? WebSocketClosing ?? WebSocketClosing(code: 1008, reason: "\(error)")
          eventLoop.execute { loopBound.value.close(closing) }
          return
        }
      }
    }
  }

  private var isFull: Bool {
    waiting.bytes >= Self.maximumWaitingBytes || waiting.count >= Self.maximumWaitingMessages
  }

  private func take(_ message: WebSocketMessage) {
    guard state == .open, let messages else { return }
    waiting.count += 1
    waiting.bytes += message.size
    messages.yield(message)
  }

  private func taken(_ message: WebSocketMessage) {
    waiting.count -= 1
    waiting.bytes -= message.size
    guard waiting.isReadHeld, !isFull, let context else { return }
    waiting.isReadHeld = false
    context.read()
  }

  func read(context: ChannelHandlerContext) {
    if isFull, state == .open {
      waiting.isReadHeld = true
    } else {
      context.read()
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    liveness.isAlive = true
    if state == .closed { return }
    do throws(WebSocketViolation) {
      switch try reader.read(unwrapInboundIn(data)) {
      case .text(let text): take(.text(text))
      case .binary(let bytes): take(.binary(Array(bytes.readableBytesView)))
      case .ping(let payload):
        if state == .open { context.sendPong(payload) }
      case .close(let code):
        close(WebSocketClosing(code: code ?? 1000))
        context.closeOnceSent()
      case .fragment, .pong: break
      }
    } catch {
      violate(error)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let violation = WebSocketViolation(
      decoding: error,
      maximumMessageBytes: route.maximumMessageBytes
    ) {
      violate(violation)
    } else {
      context.close(promise: nil)
    }
  }

  private func violate(_ violation: WebSocketViolation) {
    logger.debug("closing a WebSocket", metadata: ["reason": "\(violation.reason)"])
    close(WebSocketClosing(code: violation.code, reason: violation.reason))
    context?.closeOnceSent()
  }
}

// MARK: The end

extension WebSocketHandler {
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

  /// Called when the server shuts down.
  func quiesce() {
    finish(WebSocketClosing(code: 1001))
  }

  /// Closes the socket for a reason other than the client's behavior.
  private func finish(_ closing: WebSocketClosing) {
    guard !route.closesInOrder, state == .open, closing.code == 1000 || closing.code == 1001 else {
      return close(closing)
    }
    end()
    context?.close(promise: nil)
  }

  private func close(_ closing: WebSocketClosing) {
    guard let context, state == .open else { return }
    end()
    state = .closing
    context.sendClose(closing.code, closing.reason, closeTimeout: configuration.closeTimeout)
    // The peer may have been held back.
    context.read()
  }

  private func ping() {
    guard let context, state == .open else { return }
    guard liveness.isAlive else { return context.close(promise: nil) }
    // The answer of a peer that is held back is not read.
    liveness.isAlive = waiting.isReadHeld
    context.sendPing()
  }
}

extension WebSocketMessage {
  fileprivate var size: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .binary(let bytes): bytes.count
    }
  }
}
