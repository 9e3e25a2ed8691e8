package import NIOCore
import NIOHTTP1
import NIOWebSocket
import Synchronization
import XRPCWebSocket

/// The server's end of a connection: HTTP/1.1 until a WebSocket is accepted, and then its frames.
final class SimulatedConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let respond: SimulatedServer.Respond
  private var received: [UInt8] = []
  private var isAnswering = false
  /// The source of bytes of an accepted WebSocket.
  private var source: SimulatedSocket.Source?
  private var socket: SimulatedSocket?
  private var isWebSocket = false
  private var isPumping = false
  private var context: ChannelHandlerContext?

  init(_ respond: @escaping SimulatedServer.Respond) {
    self.respond = respond
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += unwrapInboundIn(data).readableBytesView
    if isWebSocket { readFrames(context) } else { readRequest(context) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) { pump() }

  private func readRequest(_ context: ChannelHandlerContext) {
    guard !isAnswering, let (request, length) = SimulatedRequest.parse(received) else { return }
    received.removeFirst(length)
    isAnswering = true
    let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let respond = respond
    Task {
      let reply = await respond(request)
      eventLoop.execute { loopBound.value.answer(request, reply) }
    }
  }

  private func answer(_ request: SimulatedRequest, _ reply: SimulatedReply) {
    guard let context else { return }
    switch reply {
    case .response(let status, let fields, let body):
      var head = "HTTP/1.1 \(status) Simulated\r\nContent-Length: \(body.count)\r\n"
      for (name, value) in fields { head += "\(name): \(value)\r\n" }
      write(Array((head + "\r\n").utf8) + body, context)
      isAnswering = false
      readRequest(context)
    case .socket(let fields, let open): upgrade(request, fields, open, context)
    case .raw(let bytes): write(bytes, context)
    case .silence: break
    case .hangUp: context.close(promise: nil)
    }
  }

  private func upgrade(
    _ request: SimulatedRequest,
    _ fields: [String: String],
    _ open: @escaping @Sendable (SimulatedSocket) -> SimulatedSocket.Source,
    _ context: ChannelHandlerContext
  ) {
    let upgrader = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    )
    let head = HTTPRequestHead(
      version: .http1_1,
      method: .GET,
      uri: "/",
      headers: [
        "Sec-WebSocket-Key": request.fields["sec-websocket-key"] ?? "",
        "Sec-WebSocket-Version": "13",
      ]
    )
    let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let channel = context.channel
    upgrader.buildUpgradeResponse(
      channel: channel,
      upgradeRequest: head,
      initialResponseHeaders: [:]
    ).assumeIsolated().whenComplete { result in
      guard let headers = try? result.get() else { return channel.close(promise: nil) }
      var text = "HTTP/1.1 101 Switching Protocols\r\n"
      for header in headers { text += "\(header.name): \(header.value)\r\n" }
      for (name, value) in fields { text += "\(name): \(value)\r\n" }
      self.write(Array((text + "\r\n").utf8), context)
      self.isWebSocket = true
      let socket = SimulatedSocket(channel) { eventLoop.execute { loopBound.value.pump() } }
      self.socket = socket
      self.source = open(socket)
      self.pump()
    }
  }

  /// Writes what the source has as long as the socket accepts it.
  private func pump() {
    guard !isPumping, let source, let context else { return }
    isPumping = true
    while context.channel.isWritable, let bytes = source() {
      context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }
    isPumping = false
  }

  /// Answers pings and close frames. Frames of a relay are masked and short.
  private func readFrames(_ context: ChannelHandlerContext) {
    while received.count >= 6 {
      let length = Int(received[1] & 0x7F)
      guard length <= 125 else { return context.close(promise: nil) }
      guard received.count >= 6 + length else { return }
      let mask = received[2..<6]
      let payload = received[6..<6 + length].enumerated().map { index, byte in
        byte ^ mask[mask.startIndex + index % 4]
      }
      switch received[0] & 0x0F {
      case 8:
        write(
          Array(buffer: ServerFrame.control(.connectionClose, ByteBuffer(bytes: payload))),
          context
        )
        context.close(promise: nil)
        return
      case 9 where socket?.receivePing() == true:
        write(Array(buffer: ServerFrame.control(.pong, ByteBuffer(bytes: payload))), context)
      default: break
      }
      received.removeFirst(6 + length)
    }
  }

  private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
  }
}

/// An accepted WebSocket.
package final class SimulatedSocket: Sendable {
  /// Returns the next bytes, which may be several WebSocket frames.
  package typealias Source = @Sendable () -> ByteBuffer?

  private let channel: any Channel
  private let wakeUp: @Sendable () -> Void
  private let pings = Mutex((count: 0, areAnswered: true))

  init(_ channel: any Channel, _ wakeUp: @escaping @Sendable () -> Void) {
    self.channel = channel
    self.wakeUp = wakeUp
  }

  package var isOpen: Bool { channel.isActive }

  /// The pings that have arrived.
  package var pingCount: Int { pings.withLock(\.count) }

  /// Leaves all further pings without a pong.
  package func ignorePings() { pings.withLock { $0.areAnswered = false } }

  /// Counts a ping, and returns whether to answer it.
  func receivePing() -> Bool {
    pings.withLock { pings in
      pings.count += 1
      return pings.areAnswered
    }
  }

  /// Has the source called again.
  package func wake() { wakeUp() }

  /// Sends bytes as they are, now.
  package func send(_ bytes: [UInt8]) {
    channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
  }

  /// Sends a close frame, and closes the connection.
  package func close(_ code: Int) {
    send(
      Array(buffer: ServerFrame.control(.connectionClose, ByteBuffer(closeCode: code, reason: "")))
    )
    channel.close(promise: nil)
  }

  /// Closes the connection without a close frame.
  package func drop() { channel.close(promise: nil) }
}

extension SimulatedRequest {
  /// Parses a request with its body; nil if it is not complete.
  static func parse(_ bytes: [UInt8]) -> (SimulatedRequest, length: Int)? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
      .split(separator: "\r\n", omittingEmptySubsequences: false)
    let words = lines[0].split(separator: " ")
    guard words.count >= 2 else { return nil }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon].lowercased()] =
        line[line.index(after: colon)...].drop { $0 == " " }.description
    }
    let length = fields["content-length"].flatMap { Int($0) } ?? 0
    guard bytes.count >= end.upperBound + length else { return nil }
    let target = words[1].split(separator: "?", maxSplits: 1).map(String.init)
    var query: [String: String] = [:]
    for pair in target.count > 1 ? target[1].split(separator: "&") : [] {
      let parts = pair.split(separator: "=", maxSplits: 1)
      query[String(parts[0])] =
        parts.count > 1
        ? parts[1].replacing("%3A", with: ":").replacing("%3a", with: ":").description : ""
    }
    let request = SimulatedRequest(
      method: String(words[0]),
      path: target.first ?? "/",
      query: query,
      fields: fields,
      body: Array(bytes[end.upperBound..<end.upperBound + length])
    )
    return (request, end.upperBound + length)
  }
}
