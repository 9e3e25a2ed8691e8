import ATProtoHTTP
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import XRPC

/// Guards every connection, between HTTP and the server:
///
/// - Closes a connection only after its last response has been sent and the peer has had time to read
///   it: bytes that arrive at a closed socket would make the peer's system discard the response
///   (RFC 9112, 9.6).
/// - Closes a connection whose request body arrives too slowly or whose peer does not read the
///   response. The idle timeout covers a request head that arrives too slowly.
/// - Answers a request that is not HTTP with the error body that clients expect.
/// - Bounds the time that exchanges under way may take when the server shuts down.
/// - Sends `100 Continue` to a client that waits for it when a handler starts to read the body.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  struct Limits: Sendable {
    /// The longest time without progress before a connection is closed.
    var patience: TimeAmount
    /// The slowest acceptable request body.
    var minimumBytesPerSecond: Int
    /// The largest part of a body that is read after the response in order to keep the connection.
    var drain = 256 << 10
    /// The time that the peer has to read after everything has been sent.
    var linger: TimeAmount
    /// The longest time from the start of a shutdown to the end of the connection.
    var shutdown: TimeAmount
  }

  private enum Closing {
    case no
    /// The server's buffers still hold part of a response.
    case sending
    /// Everything is sent, and the peer knows that nothing follows.
    case lingering
  }

  /// The requests of the connection and the responses to them.
  private struct Exchanges {
    var underWay = 0
    var hasAnswered = false
    /// Whether a response announced that it is the last.
    var isLast = false
    var parserError: HTTPParserError?
    /// For an HTTP/2 stream, when the last frame of its response has been written.
    var endOfStream: EventLoopFuture<Void>?
  }

  /// Timers that close the connection.
  private struct Checks {
    var pace: Scheduled<Void>?
    var stall: Scheduled<Void>?
    var close: Scheduled<Void>?
    var shutdown: Scheduled<Void>?

    func cancel() {
      for check in [pace, stall, close, shutdown] { check?.cancel() }
    }
  }

  private let limits: Limits
  /// False for an HTTP/2 stream, where other handlers take care of the connection.
  private var isConnection = true
  private var body: IncomingBody
  private var exchanges = Exchanges()
  private var checks = Checks()
  private var closing = Closing.no
  private var isInputClosed = false
  /// Whether further input is discarded, so that it does not cause a reset.
  private var discardsInput = false

  init(_ limits: Limits) {
    self.limits = limits
    body = IncomingBody(
      BodyPace(
        grace: limits.patience,
        minimumBytesPerSecond: limits.minimumBytesPerSecond
      )
    )
  }

  func handlerAdded(context: ChannelHandlerContext) {
    // The parent of a connection is the listening socket; that of a stream is the connection.
    isConnection = context.channel.parent?.parent == nil
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    checks.cancel()
  }

  func channelInactive(context: ChannelHandlerContext) {
    checks.cancel()
    context.fireChannelInactive()
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if case .head = part, exchanges.isLast { discardsInput = true }
    guard case .no = closing, !discardsInput else { return }
    switch part {
    case .head(let head):
      exchanges.underWay += 1
      body.begin(head.headerFields[.contentLength].flatMap { Int($0) })
    case .body(let buffer):
      body.received(buffer.readableBytes, .now())
      // More would follow than is worth reading to keep the connection for the next request.
      if body.drained ?? 0 > limits.drain {
        return close(context: context, mode: .all, promise: nil)
      }
    case .end:
      body.end()
      checks.pace?.cancel()
      checks.pace = nil
    }
    context.fireChannelRead(data)
  }

  func read(context: ChannelHandlerContext) {
    if body.isReading {
      body.pace.willWait(.now())
      if checks.pace == nil { checkPace(context) }
    }
    context.read()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    if case .lingering = closing { context.read() }
  }

  private func checkPace(_ context: ChannelHandlerContext) {
    let remaining = body.pace.remaining(.now()) ?? limits.patience
    guard remaining > .zero else { return context.close(promise: nil) }
    checks.pace = schedule(context, max(remaining, .milliseconds(10))) { [self] context in
      checks.pace = nil
      if body.isReading { checkPace(context) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard case .no = closing else { return }
    if let error = error as? HTTPParserError { exchanges.parserError = error }
    context.fireErrorCaught(error)
  }

  // MARK: Responses

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.status.kind == .informational:
      context.write(data, promise: promise)
    case .head(var head) where !isConnection:
      // RFC 9113, 8.2.2: a response with connection-specific fields is malformed.
      head.headerFields[.connection] = nil
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .head where exchanges.parserError != nil && exchanges.underWay == 0:
      refuse(context, promise)
    case .head(var head) where checks.shutdown != nil && exchanges.underWay == 1:
      // A further request on this connection would not be answered during a shutdown.
      head.headerFields[.connection] = "close"
      exchanges.isLast = true
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .head(var head):
      // RFC 9110, 10.1.1: "A server that responds with a final status code instead of reading the
      // entire request content SHOULD indicate whether it intends to close the connection". Without
      // the announcement, the client's next request could be lost on its way.
      if body.isReading, exchanges.underWay == 1, body.outstanding > limits.drain {
        head.headerFields[.connection] = "close"
      }
      exchanges.isLast = head.headerFields[.connection] == "close"
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end:
      exchanges.underWay -= 1
      exchanges.hasAnswered = true
      if isConnection {
        context.write(data, promise: promise)
      } else {
        let written = promise ?? context.eventLoop.makePromise()
        exchanges.endOfStream = written.futureResult
        context.write(data, promise: written)
      }
      if body.isReading { body.drained = 0 }
      if exchanges.isLast {
        context.flush()
        close(context: context, mode: .all, promise: nil)
      }
    }
  }

  /// Writes an error body instead of the server's bare status.
  private func refuse(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    let isTooLong = exchanges.parserError == .headerOverflow
    let error = XRPCServerError(
      status: isTooLong ? .requestHeaderFieldsTooLarge : .badRequest,
      name: "InvalidRequest",
      message: isTooLong ? "the head of the request is too long" : "the request is not valid HTTP"
    )
    let answer = RouteResponse(error: error)
    let bytes = answer.body.bytes ?? []
    var head = answer.head
    head.headerFields[.connection] = "close"
    head.headerFields[.contentLength] = String(bytes.count)
    context.write(wrapOutboundOut(.head(head)), promise: promise)
    let buffer = context.channel.allocator.buffer(bytes: bytes)
    context.write(wrapOutboundOut(.body(buffer)), promise: nil)
    // The server writes the end.
    exchanges.underWay += 1
    exchanges.parserError = nil
  }

  func triggerUserOutboundEvent(
    context: ChannelHandlerContext,
    event: Any,
    promise: EventLoopPromise<Void>?
  ) {
    guard event is BodyExpected else {
      return context.triggerUserOutboundEvent(event, promise: promise)
    }
    // A client that has started to send the body does not wait for this.
    if body.isReading, !body.hasBegun, case .no = closing {
      context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }
    promise?.succeed()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    checks.stall?.cancel()
    checks.stall = nil
    if !context.channel.isWritable {
      checks.stall = schedule(context, limits.patience) { $0.close(promise: nil) }
    }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Closing

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent where checks.shutdown == nil:
      checks.shutdown = schedule(context, limits.shutdown) { $0.close(promise: nil) }
    case ChannelEvent.inputClosed:
      isInputClosed = true
      if case .lingering = closing { return context.close(promise: nil) }
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if let endOfStream = exchanges.endOfStream, mode == .all {
      // Frames wait for the peer's flow-control window; closing the stream earlier would reset it.
      return endOfStream.assumeIsolated().whenComplete { _ in
        context.close(mode: mode, promise: promise)
      }
    }
    guard case .no = closing, mode != .input, isConnection, exchanges.hasAnswered else {
      return context.close(mode: mode, promise: promise)
    }
    closing = .sending
    promise?.succeed()
    finishSending(context, buffered: .max, stalled: .zero)
  }

  /// Waits until the buffers are empty. Polls, but only while closing a connection whose peer reads
  /// slowly.
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
    checks.close = schedule(context, Self.pause) { [self] in
      finishSending($0, buffered: buffered, stalled: stalled)
    }
  }

  private static let pause = TimeAmount.milliseconds(50)

  private func linger(_ context: ChannelHandlerContext) {
    guard !isInputClosed else { return context.close(promise: nil) }
    closing = .lingering
    checks.close = schedule(context, limits.linger) { $0.close(promise: nil) }
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
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
