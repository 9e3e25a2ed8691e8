import ATProtoHTTP
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import XRPC

/// Passes requests on to Hummingbird, except those that open an event stream: it answers these
/// itself and turns the connection into a WebSocket. It also refuses requests whose head is too
/// long for their path.
///
/// Hummingbird's own handlers stay behind it until the connection ends, waiting for a request that
/// does not come.
final class EventStreamUpgrade: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private enum State {
    case http
    /// The request has not ended, or earlier requests have not been answered.
    case waiting(HTTPRequest, isWhole: Bool)
    case opening(Task<Void, Never>, RouteRequest, since: ContinuousClock.Instant)
    /// Refused, or a WebSocket: nothing passes to or from Hummingbird.
    case taken
  }

  private let streams: EventStreams
  private var state = State.http
  /// The number of requests that Hummingbird has received but not answered.
  private var unanswered = 0
  /// Whether a response announced that it is the last one of the connection.
  private var isLast = false
  /// Whether the server is shutting down, so that no more streams are opened.
  private var isQuiescing = false
  /// The ID of the request that opens a stream; a connection has at most one.
  private let requestID = RequestID().description
  private var context: ChannelHandlerContext?

  init(_ streams: EventStreams) {
    self.streams = streams
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (state, unwrapInboundIn(data)) {
    case (.http, .head(let head)) where opensStream(head, context):
      state = .waiting(head, isWhole: false)
      if streams.isTooLong(head) { openIfReady() }
    case (.http, .head):
      unanswered += 1
      context.fireChannelRead(data)
    case (.http, _):
      context.fireChannelRead(data)
    case (.waiting(let head, _), .end):
      state = .waiting(head, isWhole: true)
      openIfReady()
    case (.waiting, _), (.opening, _), (.taken, _):
      // The body of a GET is ignored, and no request follows one that asks for an upgrade.
      break
    }
  }

  func write(
    context: ChannelHandlerContext,
    data: NIOAny,
    promise: EventLoopPromise<Void>?
  ) {
    if case .taken = state {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    let part = unwrapOutboundIn(data)
    if case .head(let head) = part, head.headerFields[.connection] == "close" { isLast = true }
    context.write(data, promise: promise)
    if case .end = part {
      unanswered -= 1
      if case .waiting = state {
        context.flush()
        openIfReady()
      }
    }
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    // Hummingbird abandons a connection by closing its input; for a WebSocket, that ends
    // everything.
    if case .taken = state, mode == .input {
      context.close(mode: .all, promise: promise)
    } else {
      context.close(mode: mode, promise: promise)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch (state, event) {
    case (.opening, ChannelEvent.inputClosed):
      context.close(promise: nil)
    case (_, is ChannelShouldQuiesceEvent):
      isQuiescing = true
      quiesce(context, event)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  /// The other handlers close a connection that has no request under way. They must not learn of
  /// the shutdown while this handler still has a response to send.
  private func quiesce(_ context: ChannelHandlerContext, _ event: Any) {
    switch state {
    case .http:
      context.fireUserInboundEventTriggered(event)
    case .waiting where unanswered > 0:
      // The other handlers answer earlier requests and then close; `write` refuses this one.
      context.fireUserInboundEventTriggered(event)
    case .waiting:
      openIfReady()
    case .opening(let task, let request, let start):
      task.cancel()
      refuseAtShutdown(request, since: start)
    case .taken:
      // Either a response is on its way, after which the connection is closed, or the stream is
      // notified.
      break
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if case .opening(let task, _, _) = state { task.cancel() }
    context.fireChannelInactive()
  }
}

extension EventStreamUpgrade {
  /// HTTP/2 does not have `Upgrade` (RFC 9113, 8.2.2).
  private func opensStream(_ head: HTTPRequest, _ context: ChannelHandlerContext) -> Bool {
    guard streams.isStream(head) || streams.isTooLong(head) else { return false }
    let pipeline = context.pipeline.syncOperations
    return (try? pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self)) != nil
  }

  private func openIfReady() {
    guard let context, case .waiting(let head, let isWhole) = state, unanswered == 0 else { return }
    // "The server MUST NOT process any further requests" (RFC 9112, 9.6).
    guard !isLast else { return }
    if streams.isTooLong(head) { return refuseLength(head, context) }
    guard isWhole || isQuiescing else { return }
    let request = streams.request(head, from: context.channel, id: requestID)
    let start = ContinuousClock.now
    if isQuiescing { return refuseAtShutdown(request, since: start) }
    let handshake: WebSocketHandshake
    do throws(XRPCServerError) {
      handshake = try WebSocketHandshake(head)
      try streams.enter(request, context.channel)
    } catch {
      return refuse(request, with: RouteResponse(error: error), since: start)
    }
    let streams = streams
    let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let channel = context.channel
    let eventLoop = context.eventLoop
    state = .opening(
      Task {
        let answer = await streams.open(request, channel)
        eventLoop.execute { loopBound.value.respond(to: request, answer, handshake, since: start) }
      },
      request,
      since: start
    )
  }

  private func respond(
    to request: RouteRequest,
    _ answer: EventStreams.Answer,
    _ handshake: WebSocketHandshake,
    since start: ContinuousClock.Instant
  ) {
    guard let context, case .opening = state, context.channel.isActive else {
      return answer.abandon()
    }
    if case .response(var response) = answer.opening {
      for field in answer.fields { response.head.headerFields[field.name] = field.value }
      return refuse(request, with: response, since: start)
    }
    state = .taken
    handshake.response(on: context.channel).assumeIsolated().whenComplete { result in
      do {
        var response = try result.get()
        response.headerFields.append(contentsOf: answer.fields)
        try self.upgrade(context, response, answer)
        self.streams.note(RouteResponse(head: response), to: request, since: start)
      } catch {
        answer.abandon()
        context.fireErrorCaught(error)
        context.close(promise: nil)
      }
    }
  }

  private func upgrade(
    _ context: ChannelHandlerContext,
    _ response: HTTPResponse,
    _ answer: EventStreams.Answer
  ) throws {
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    switch answer.opening {
    case .events(let opening):
      let configuration = streams.configuration
      let stream = EventStreamHandler(
        opening,
        configuration: configuration,
        logger: streams.logger,
        entry: answer.entry
      )
      try replaceHandlers(context, stream, configuration.maximumMessageBytes)
      // The shutdown began after the stream was accepted.
      if isQuiescing { stream.quiesce() }
    case .socket(let source, let route):
      let socket = WebSocketHandler(
        source,
        route: route,
        configuration: streams.configuration,
        logger: streams.logger
      )
      try replaceHandlers(context, socket, route.maximumMessageBytes)
      if isQuiescing { socket.quiesce() }
    case .response:
      context.close(promise: nil)
    }
  }

  private func replaceHandlers(
    _ context: ChannelHandlerContext,
    _ handler: some ChannelHandler,
    _ maximumMessageBytes: Int
  ) throws {
    let pipeline = context.pipeline.syncOperations
    let decoder = ByteToMessageHandler<HTTPRequestDecoder>.self
    let leaving = [
      try pipeline.context(handlerType: HTTPConnectionStateHandler.self),
      try pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self),
      try pipeline.context(handlerType: decoder),
      try pipeline.context(handlerType: HTTPResponseEncoder.self),
    ]
    for handler in leaving { pipeline.removeHandler(context: handler, promise: nil) }
    let frames = WebSocketFrameDecoder(maxFrameSize: maximumMessageBytes)
    try pipeline.addHandler(ByteToMessageHandler(frames), position: .before(self))
    try pipeline.addHandler(handler, position: .before(self))
  }

  private func refuseLength(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
    // Keep the long request out of the log.
    let short = HTTPRequest(
      method: head.method,
      scheme: head.scheme,
      authority: nil,
      path: "/"
    )
    let error = XRPCServerError(
      status: .requestHeaderFieldsTooLarge,
      name: "InvalidRequest",
      message: "the head of the request is too long"
    )
    let request = streams.request(short, from: context.channel, id: requestID)
    refuse(request, with: RouteResponse(error: error), since: .now)
  }

  private func refuseAtShutdown(
    _ request: RouteRequest,
    since start: ContinuousClock.Instant
  ) {
    let error = XRPCServerError.notEnoughResources("the server is shutting down")
    refuse(request, with: RouteResponse(error: error), since: start)
  }

  private func refuse(
    _ request: RouteRequest,
    with response: RouteResponse,
    since start: ContinuousClock.Instant
  ) {
    guard let context else { return }
    state = .taken
    // Record it before the client can read it.
    streams.note(response, to: request, since: start)
    let bytes = response.body.bytes ?? []
    var answer = response.head
    answer.headerFields[.requestID] = requestID
    if let name = streams.serverName { answer.headerFields[.server] = name }
    answer.headerFields[.contentLength] = String(bytes.count)
    // NIO's decoder does not read any further on a connection that asked for an upgrade.
    answer.headerFields[.connection] = "close"
    context.write(wrapOutboundOut(.head(answer)), promise: nil)
    let body = context.channel.allocator.buffer(bytes: bytes)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    let channel = context.channel
    let written = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    written.futureResult.whenComplete { _ in channel.close(promise: nil) }
  }
}
