import NIOCore
import NIOPosix
import Synchronization

/// A peer that sends arbitrary bytes, and sees the bytes that come back.
final class RawPeer: Sendable {
  struct Frame: Equatable {
    var opcode: UInt8
    var payload: [UInt8]

    /// The code in a close frame.
    var closeCode: Int? {
      opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
    }
  }

  private let channel: any Channel
  private let inbound: AsyncStream<ByteBuffer>
  private let unread = Mutex<[UInt8]>([])

  /// - Parameters:
  ///   - reads: false for a peer that reads nothing.
  ///   - receiveBuffer: the size of the kernel's buffer.
  init(port: Int, reads: Bool = true, receiveBuffer: Int? = nil) async throws {
    let (inbound, continuation) = AsyncStream<ByteBuffer>.makeStream()
    self.inbound = inbound
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: reads)
      .channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer ?? (reads ? 1 << 18 : 4_096))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ByteCollector(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
  }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
  }

  func send(_ text: String) async throws {
    try await send(Array(text.utf8))
  }

  /// Nil if the connection ends before that.
  func read(_ count: Int) async -> [UInt8]? {
    while unread.withLock({ $0.count < count }) {
      var iterator = inbound.makeAsyncIterator()
      guard let next = await iterator.next() else { return nil }
      unread.withLock { $0 += Array(next.readableBytesView) }
    }
    return unread.withLock { unread in
      defer { unread.removeFirst(count) }
      return Array(unread.prefix(count))
    }
  }

  /// The head of a response.
  func readHead() async -> String {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8), let byte = await read(1) { head += byte }
    return String(decoding: head, as: UTF8.self)
  }

  /// A response with a declared length, as text.
  func readResponse() async -> String {
    let head = await readHead()
    let field = head.split(separator: "\r\n").first {
      $0.lowercased().hasPrefix("content-length: ")
    }
    let body = await read(field.flatMap { Int($0.dropFirst(16)) } ?? 0) ?? []
    return head + String(decoding: body, as: UTF8.self)
  }

  func readToEnd() async -> [UInt8] {
    var all = unread.withLock { $0 }
    for await next in inbound { all += Array(next.readableBytesView) }
    return all
  }

  /// Nil if the connection ends.
  func readFrame() async -> Frame? {
    guard let head = await read(2) else { return nil }
    var length = Int(head[1] & 0x7F)
    if length > 125 {
      guard let more = await read(length == 126 ? 2 : 8) else { return nil }
      length = more.reduce(0) { $0 << 8 | Int($1) }
    }
    return await read(length).map { Frame(opcode: head[0] & 0xF, payload: $0) }
  }

  /// The first frame that is not a ping.
  func nextFrame() async -> Frame? {
    var frame = await readFrame()
    while frame?.opcode == 9 { frame = await readFrame() }
    return frame
  }

  /// Starts or stops reading from the socket.
  func setReads(_ reads: Bool) async throws {
    try await channel.setOption(.autoRead, value: reads).get()
  }

  /// Closes only our sending direction.
  func halfClose() async throws {
    try await channel.close(mode: .output)
  }

  func close() async throws {
    try await channel.close()
  }

  deinit {
    channel.close(promise: nil)
  }
}

extension RawPeer {
  static func handshake(
    _ path: String,
    _ fields: [String: String] = [:]
  ) -> String {
    var all = [
      "Host": "127.0.0.1", "Connection": "Upgrade", "Upgrade": "websocket",
      "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]
    all.merge(fields) { $1 }
    let lines = all.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }
    return "GET \(path) HTTP/1.1\r\n" + lines.joined() + "\r\n"
  }

  /// Opens a stream, and returns the head of the response.
  @discardableResult
  func open(_ path: String) async throws -> String {
    try await send(Self.handshake(path))
    return await readHead()
  }

  /// A frame as a client sends it, masked.
  static func frame(
    _ opcode: UInt8,
    _ payload: [UInt8] = [],
    final: Bool = true,
    masked: Bool = true
  ) -> [UInt8] {
    var bytes: [UInt8] = [(final ? 0x80 : 0) | opcode]
    let mask: UInt8 = masked ? 0x80 : 0
    if payload.count < 126 {
      bytes.append(mask | UInt8(payload.count))
    } else {
      bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    }
    guard masked else { return bytes + payload }
    let key: [UInt8] = [1, 2, 3, 4]
    return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
  }
}

private final class ByteCollector: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  private let continuation: AsyncStream<ByteBuffer>.Continuation

  init(_ continuation: AsyncStream<ByteBuffer>.Continuation) {
    self.continuation = continuation
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    continuation.yield(unwrapInboundIn(data))
  }

  func channelInactive(context: ChannelHandlerContext) {
    continuation.finish()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A reset is treated like any other end.
    context.close(promise: nil)
  }
}
