import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// A server that accepts every handshake and then sends the given bytes, whatever they are.
struct ScriptedServer: Sendable {
  let port: Int
  private let channel: any Channel

  /// - Parameters:
  ///   - accept: false for a wrong `Sec-WebSocket-Accept`.
  ///   - bytes: sent in one write with the response; one element for each connection in turn, the
  ///     last one for all that follow.
  ///   - closes: whether the connection is closed after them.
  ///   - flood: sent after them, as fast as the client reads.
  static func run<Value: Sendable>(
    accept: Bool = true,
    _ bytes: [[UInt8]],
    closes: Bool = false,
    flood: Flood? = nil,
    _ body: (ScriptedServer) async throws -> Value
  ) async throws -> Value {
    let connections = ConnectionCount()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        let index = connections.next()
        return channel.eventLoop.makeCompletedFuture {
          let sent = bytes[min(index, bytes.count - 1)]
          try channel.pipeline.syncOperations.addHandler(
            ScriptHandler(accept: accept, sent, closes: closes, flood: flood)
          )
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = ScriptedServer(port: channel.localAddress?.port ?? 0, channel: channel)
    do {
      let value = try await body(server)
      try await channel.close()
      return value
    } catch {
      try await channel.close()
      throw error
    }
  }

  /// Bytes that are sent repeatedly.
  final class Flood: Sendable {
    let bytes: [UInt8]
    let maximumCount: Int
    private let sent = Mutex(0)

    init(_ bytes: [UInt8], maximumCount: Int) {
      self.bytes = bytes
      self.maximumCount = maximumCount
    }

    /// The number of repetitions.
    var count: Int { sent.withLock { $0 } }

    fileprivate func next() -> [UInt8]? {
      sent.withLock { sent in
        guard sent < maximumCount else { return nil }
        sent += 1
        return bytes
      }
    }
  }

  /// A frame as a server sends it.
  static func frame(_ opcode: UInt8, _ payload: [UInt8] = [], final: Bool = true) -> [UInt8] {
    RawPeer.frame(opcode, payload, final: final, masked: false)
  }
}

private final class ConnectionCount: Sendable {
  private let count = Mutex(0)

  /// 0, 1, 2, …
  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}

private final class ScriptHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let accept: Bool
  private let bytes: [UInt8]
  private let closes: Bool
  private let flood: ScriptedServer.Flood?
  private var request = ""
  private var isFlooding = false

  init(accept: Bool, _ bytes: [UInt8], closes: Bool, flood: ScriptedServer.Flood?) {
    self.accept = accept
    self.bytes = bytes
    self.closes = closes
    self.flood = flood
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if isFlooding { pour(context) }
  }

  private func pour(_ context: ChannelHandlerContext) {
    isFlooding = false
    while context.channel.isWritable, let bytes = flood?.next() {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
    isFlooding = true
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let isAnswered = request.hasSuffix("\r\n\r\n")
    request += String(buffer: unwrapInboundIn(data))
    guard !isAnswered, request.hasSuffix("\r\n\r\n") else { return }
    let key =
      request.split(separator: "\r\n")
      .first { $0.lowercased().hasPrefix("sec-websocket-key: ") }?.dropFirst(19) ?? ""
    let upgrader = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    )
    let head = HTTPRequestHead(
      version: .http1_1,
      method: .GET,
      uri: "/",
      headers: ["Sec-WebSocket-Key": String(key), "Sec-WebSocket-Version": "13"]
    )
    upgrader.buildUpgradeResponse(
      channel: context.channel,
      upgradeRequest: head,
      initialResponseHeaders: [:]
    ).assumeIsolated().whenSuccess { headers in
      var response = "HTTP/1.1 101 Switching Protocols\r\n"
      for header in headers {
        let value = self.accept || header.name != "Sec-WebSocket-Accept" ? header.value : "AAAA"
        response += "\(header.name): \(value)\r\n"
      }
      let buffer = ByteBuffer(bytes: Array((response + "\r\n").utf8) + self.bytes)
      context.writeAndFlush(self.wrapOutboundOut(buffer), promise: nil)
      if self.closes { context.close(promise: nil) }
      self.pour(context)
    }
  }
}
