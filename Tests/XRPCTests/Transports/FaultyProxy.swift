import NIOCore
import NIOPosix
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// A proxy between a client and a server that damages what the server sends: one fault for each
/// connection in turn, and none for later ones.
final class FaultyProxy: Sendable {
  enum Fault: Sendable {
    case none
    /// Forwards data in pieces of this many bytes, a millisecond apart.
    case slow(Int)
    /// Closes the connection normally after this many bytes.
    case truncate(after: Int)
    /// The same, with a reset.
    case reset(after: Int)
    /// Drops the connection before it has received anything.
    case drop
  }

  let port: Int
  private let listener: any Channel

  private init(_ listener: any Channel) throws {
    self.listener = listener
    port = listener.localAddress?.port ?? 0
  }

  static func run<Value: Sendable>(
    before port: Int,
    _ faults: [Fault],
    _ body: (FaultyProxy) async throws -> Value
  ) async throws -> Value {
    let script = Script(faults)
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { near in
        let fault = script.next()
        if case .drop = fault { return near.close() }
        return ClientBootstrap(group: near.eventLoop)
          .channelInitializer { far in
            far.eventLoop.makeCompletedFuture {
              try far.pipeline.syncOperations.addHandler(Relay(to: near, fault))
            }
          }
          .connect(host: "127.0.0.1", port: port)
          .flatMap { far in
            near.eventLoop.makeCompletedFuture {
              try near.pipeline.syncOperations.addHandler(Relay(to: far, .none))
            }
          }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let proxy = try FaultyProxy(listener)
    do {
      let value = try await body(proxy)
      try await listener.close()
      return value
    } catch {
      try await listener.close()
      throw error
    }
  }

  private final class Script: Sendable {
    private let faults: Mutex<ArraySlice<Fault>>

    init(_ faults: [Fault]) {
      self.faults = Mutex(faults[...])
    }

    func next() -> Fault { faults.withLock { $0.popFirst() } ?? .none }
  }
}

/// Forwards data, with the faults of the script.
private final class Relay: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let other: any Channel
  private let fault: FaultyProxy.Fault
  private var count = 0
  /// When the last pending piece is sent.
  private var last = NIODeadline.now()

  init(to other: any Channel, _ fault: FaultyProxy.Fault) {
    self.other = other
    self.fault = fault
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    switch fault {
    case .none, .drop:
      other.writeAndFlush(buffer, promise: nil)
    case .slow(let size):
      last = max(last, .now())
      while let piece = buffer.readSlice(length: min(size, buffer.readableBytes)),
        piece.readableBytes > 0
      {
        last = last + .milliseconds(1)
        let other = other
        context.eventLoop.scheduleTask(deadline: last) {
          other.writeAndFlush(piece, promise: nil)
        }
      }
    case .truncate(let limit), .reset(let limit):
      guard count < limit else { return }
      let piece = buffer.readSlice(length: min(limit - count, buffer.readableBytes))
      count += piece?.readableBytes ?? 0
      if let piece { other.writeAndFlush(piece, promise: nil) }
      if count == limit { end(context) }
    }
  }

  private func end(_ context: ChannelHandlerContext) {
    if case .reset = fault {
      let hard = linger(l_onoff: 1, l_linger: 0)
      let channel = other
      (channel as? any SocketOptionProvider)?.setSoLinger(hard)
        .whenComplete { _ in channel.close(promise: nil) }
    } else {
      other.close(promise: nil)
    }
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    let other = other
    context.eventLoop.scheduleTask(deadline: last) { other.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
