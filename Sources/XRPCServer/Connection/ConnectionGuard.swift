import ATProtoHTTP
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import XRPC

/// Stands between HTTP and the server on every connection, and sees to what the server leaves open:
///
/// - A connection is closed when its last response has been sent, not while it still waits in our
///   buffers, and not before the peer has read it: bytes that arrive at a closed socket would make
///   the peer's system throw the response away (RFC 9112, 9.6).
/// - A body that trickles and a response that nobody reads end the connection. A head that trickles
///   is the idle timeout's business.
/// - A request that is not HTTP is answered with the error object that clients expect.
/// - When the server shuts down, what is under way has a bounded time.
/// - A client that waits to be asked for its body (`Expect: 100-continue`) is asked when a handler
///   begins to read it.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  struct Limits: Sendable {
    /// Without progress for so long a connection is closed.
    var patience: TimeAmount
    var minimumBytesPerSecond: Int
    /// Bytes of a body that are read after the response, to keep the connection.
    var drain = 256 << 10
    /// How long the peer may read after all was sent.
    var linger: TimeAmount
    /// From the beginning of a shutdown to the end of the connection.
    var shutdown: TimeAmount
  }

  private enum Closing {
    case no
    /// Our buffers still hold something of a response.
    case sending
    /// All is sent, and the peer was told so.
    case lingering
  }

  private let limits: Limits
  /// A stream of HTTP/2 is none: what belongs to the connection is left to others there.
  private var isConnection = true
  private var pace: BodyPace
  private var isReadingBody = false
  private var hasBegunBody = false
  private var requestsUnderWay = 0
  private var hasAnswered = false
  /// A response said that it is the last.
  private var isLast = false
  /// What comes now is thrown away, so that it is no reason for a reset.
  private var isDeaf = false
  /// How much came of a body after the response to it.
  private var drained: Int?
  private var parserError: HTTPParserError?
  private var closing = Closing.no
  private var isInputClosed = false
  /// Of a stream of HTTP/2: the last frame of its response is written.
  private var endOfStream: EventLoopFuture<Void>?
  private var paceCheck: Scheduled<Void>?
  private var stallCheck: Scheduled<Void>?
  private var closeCheck: Scheduled<Void>?
  private var shutdownCheck: Scheduled<Void>?

  init(_ limits: Limits) {
    self.limits = limits
    pace = BodyPace(
      grace: limits.patience,
      minimumBytesPerSecond: limits.minimumBytesPerSecond
    )
  }

  func handlerAdded(context: ChannelHandlerContext) {
    // The parent of a connection is the listening socket, that of a stream is the connection.
    isConnection = context.channel.parent?.parent == nil
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    cancelChecks()
  }

  func channelInactive(context: ChannelHandlerContext) {
    cancelChecks()
    context.fireChannelInactive()
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if case .head = part, isLast { isDeaf = true }
    guard case .no = closing, !isDeaf else { return }
    switch part {
    case .head:
      requestsUnderWay += 1
      isReadingBody = true
      hasBegunBody = false
      pace.reset()
    case .body(let buffer):
      hasBegunBody = true
      pace.received(buffer.readableBytes, .now())
      if !drain(buffer.readableBytes) { return close(context: context, mode: .all, promise: nil) }
    case .end:
      isReadingBody = false
      drained = nil
      paceCheck?.cancel()
      paceCheck = nil
    }
    context.fireChannelRead(data)
  }

  /// False where more comes of a body than it is worth to read it for the next request's sake: the
  /// response was sent without it.
  private func drain(_ count: Int) -> Bool {
    guard let drained else { return true }
    self.drained = drained + count
    return drained + count <= limits.drain
  }

  func read(context: ChannelHandlerContext) {
    if isReadingBody {
      pace.willWait(.now())
      if paceCheck == nil { checkPace(context) }
    }
    context.read()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    if case .lingering = closing { context.read() }
  }

  private func checkPace(_ context: ChannelHandlerContext) {
    let remaining = pace.remaining(.now()) ?? limits.patience
    guard remaining > .zero else { return context.close(promise: nil) }
    paceCheck = schedule(context, max(remaining, .milliseconds(10))) { [self] context in
      paceCheck = nil
      if isReadingBody { checkPace(context) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard case .no = closing else { return }
    if let error = error as? HTTPParserError { parserError = error }
    context.fireErrorCaught(error)
  }

  // MARK: Responses

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.status.kind == .informational:
      context.write(data, promise: promise)
    case .head(var head) where !isConnection:
      // RFC 9113, 8.2.2: a response with fields of the connection is malformed.
      head.headerFields[.connection] = nil
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .head where parserError != nil && requestsUnderWay == 0:
      refuse(context, promise)
    case .head(var head) where shutdownCheck != nil && requestsUnderWay == 1:
      // Who asks again on this connection while the server shuts down would ask in vain.
      head.headerFields[.connection] = "close"
      isLast = true
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .head(let head):
      isLast = head.headerFields[.connection] == "close"
      context.write(data, promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end:
      requestsUnderWay -= 1
      hasAnswered = true
      if isConnection {
        context.write(data, promise: promise)
      } else {
        let written = promise ?? context.eventLoop.makePromise()
        endOfStream = written.futureResult
        context.write(data, promise: written)
      }
      if isReadingBody { drained = 0 }
      if isLast {
        context.flush()
        close(context: context, mode: .all, promise: nil)
      }
    }
  }

  /// Writes an error object in place of the bare status that the server has for it.
  private func refuse(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    let isTooLong = parserError == .headerOverflow
    let error = XRPCServerError(
      status: isTooLong ? .requestHeaderFieldsTooLarge : .badRequest,
      name: "InvalidRequest",
      message: isTooLong ? "the request's head is too long" : "not a request of HTTP"
    )
    let answer = RouteResponse(error: error)
    let bytes = answer.body.bytes ?? []
    var head = answer.head
    head.headerFields[.connection] = "close"
    head.headerFields[.contentLength] = String(bytes.count)
    context.write(wrapOutboundOut(.head(head)), promise: promise)
    let body = context.channel.allocator.buffer(bytes: bytes)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    // The end comes from the server.
    requestsUnderWay += 1
    parserError = nil
  }

  func triggerUserOutboundEvent(
    context: ChannelHandlerContext,
    event: Any,
    promise: EventLoopPromise<Void>?
  ) {
    guard event is BodyExpected else {
      return context.triggerUserOutboundEvent(event, promise: promise)
    }
    // Who has begun to send waits no more.
    if isReadingBody, !hasBegunBody, case .no = closing {
      context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }
    promise?.succeed()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stallCheck?.cancel()
    stallCheck = nil
    if !context.channel.isWritable {
      stallCheck = schedule(context, limits.patience) { $0.close(promise: nil) }
    }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Closing

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent where shutdownCheck == nil:
      shutdownCheck = schedule(context, limits.shutdown) { $0.close(promise: nil) }
    case ChannelEvent.inputClosed:
      isInputClosed = true
      if case .lingering = closing { return context.close(promise: nil) }
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if let endOfStream, mode == .all {
      // Frames wait for the peer's window; a stream that is closed before them is reset.
      return endOfStream.assumeIsolated().whenComplete { _ in
        context.close(mode: mode, promise: promise)
      }
    }
    guard case .no = closing, mode != .input, isConnection, hasAnswered else {
      return context.close(mode: mode, promise: promise)
    }
    closing = .sending
    promise?.succeed()
    finishSending(context, buffered: .max, stalled: .zero)
  }

  /// Asks time and again, only while a connection is closed whose peer reads slowly.
  private func finishSending(
    _ context: ChannelHandlerContext,
    buffered before: Int,
    stalled: TimeAmount
  ) {
    let options = context.channel.syncOptions
    let buffered = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
    guard buffered > 0 else { return linger(context) }
    let stalled = buffered < before ? .zero : stalled + Self.pause
    guard stalled < limits.patience else { return context.close(promise: nil) }
    closeCheck = schedule(context, Self.pause) { [self] in
      finishSending($0, buffered: buffered, stalled: stalled)
    }
  }

  private static let pause = TimeAmount.milliseconds(50)

  private func linger(_ context: ChannelHandlerContext) {
    guard !isInputClosed else { return context.close(promise: nil) }
    closing = .lingering
    closeCheck = schedule(context, limits.linger) { $0.close(promise: nil) }
    context.close(mode: .output, promise: nil)
    context.read()
  }

  private func schedule(
    _ context: ChannelHandlerContext,
    _ delay: TimeAmount,
    _ action: @escaping (ChannelHandlerContext) -> Void
  ) -> Scheduled<Void> {
    context.eventLoop.assumeIsolated().scheduleTask(in: delay) { action(context) }
  }

  private func cancelChecks() {
    for check in [paceCheck, stallCheck, closeCheck, shutdownCheck] { check?.cancel() }
  }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
