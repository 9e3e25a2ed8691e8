import ATProtoHTTP
import NIOCore
import NIOWebSocket
import XRPCWebSocket

/// The client end of a WebSocket: joins frames to messages, answers pings, and detects a server
/// that has disappeared.
final class WebSocketClientHandler: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = Never
  typealias OutboundOut = WebSocketFrame

  /// The time that the server has to close the connection after the client has closed it.
  private static let closeTimeout = TimeAmount.seconds(5)

  private let inbox: WebSocketInbox
  private let maximumMessageBytes: Int
  /// See ``TransportOptions/pingInterval``.
  private let pingInterval: TimeAmount
  private var reader: WebSocketReader
  private var mayRead = true
  private var hasClosed = false
  private var silentPings = 0
  private var pings: RepeatedTask?

  init(_ inbox: WebSocketInbox, options: TransportOptions) {
    self.inbox = inbox
    maximumMessageBytes = options.maximumResponseBytes
    pingInterval = TimeAmount(options.pingInterval)
    reader = WebSocketReader(expectsMask: false, maximumMessageBytes: maximumMessageBytes)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    guard context.channel.isActive else { return endUnannounced() }
    let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    pings = context.eventLoop.scheduleRepeatedTask(
      initialDelay: pingInterval,
      delay: pingInterval
    ) { _ in
      let (handler, context) = loopBound.value
      handler.ping(context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    pings?.cancel()
  }

  func channelInactive(context: ChannelHandlerContext) {
    pings?.cancel()
    endUnannounced()
    context.fireChannelInactive()
  }

  private func endUnannounced() {
    inbox.finish(
      .failure(
        TransportError(code: .connectionLost, reason: "the connection ended without a close frame")
      )
    )
  }

  /// Called when the socket may be read, and by the inbox when it has space again.
  func read(context: ChannelHandlerContext) {
    mayRead = inbox.hasRoom
    if mayRead { context.read() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    silentPings = 0
    guard !hasClosed else { return }
    do throws(WebSocketViolation) {
      switch try reader.read(unwrapInboundIn(data)) {
      case .binary(let bytes):
        inbox.push(Array(bytes.readableBytesView))
      case .ping(let payload):
        // A ping that cannot be answered now may be skipped (RFC 6455, 5.5.3).
        if context.channel.isWritable { send(.pong, payload, context) }
      case .close(let code):
        inbox.finish(Self.ending(code))
        close(code ?? 1000, context)
        // "After receiving a close frame the server closes the connection" (7.1.1).
        hangUpLater(context)
      case .text:
        throw WebSocketViolation(code: 1003, reason: "a text message, but event streams are binary")
      case .fragment, .pong:
        break
      }
    } catch {
      violate(error, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let maximum = maximumMessageBytes
    if let violation = WebSocketViolation(decoding: error, maximumMessageBytes: maximum) {
      violate(violation, context)
    } else {
      inbox.finish(.failure(TransportError(code: .connectionLost, reason: "\(error)")))
      context.close(promise: nil)
    }
  }

  private func violate(_ violation: WebSocketViolation, _ context: ChannelHandlerContext) {
    guard !hasClosed else { return }
    let code: TransportError.Code = violation.code == 1009 ? .responseTooLarge : .connectionLost
    inbox.finish(
      .failure(TransportError(code: code, reason: "the server sent \(violation.reason)"))
    )
    close(violation.code, context)
    context.close(promise: nil)
  }

  /// Codes 1000 and 1001, and no code, mean an orderly close; 1008 follows an error frame.
  private static func ending(_ code: Int?) -> Result<Void, TransportError> {
    switch code {
    case nil, 1000, 1001, 1008: .success(())
    case let code?:
      .failure(
        TransportError(
          code: .connectionLost,
          reason: "the server closed the connection with code \(code)"
        )
      )
    }
  }

  private func close(_ code: Int, _ context: ChannelHandlerContext) {
    hasClosed = true
    send(.connectionClose, ByteBuffer(closeCode: code), context)
  }

  private func hangUpLater(_ context: ChannelHandlerContext) {
    let channel = context.channel
    let timer = context.eventLoop.scheduleTask(in: Self.closeTimeout) {
      channel.close(promise: nil)
    }
    channel.closeFuture.whenComplete { _ in timer.cancel() }
  }

  private func send(
    _ opcode: WebSocketOpcode,
    _ payload: ByteBuffer,
    _ context: ChannelHandlerContext
  ) {
    let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: payload)
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }

  private func ping(_ context: ChannelHandlerContext) {
    // Nothing can arrive while the socket is not read.
    guard mayRead, !hasClosed else { return }
    silentPings += 1
    guard silentPings <= 2 else {
      inbox.finish(
        .failure(TransportError(code: .timedOut, reason: "the server stopped responding"))
      )
      return context.close(promise: nil)
    }
    if context.channel.isWritable { send(.ping, ByteBuffer(), context) }
  }
}
