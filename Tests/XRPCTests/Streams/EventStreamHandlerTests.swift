import Logging
import NIOCore
import NIOEmbedded
import Testing
import XRPC
import XRPCWebSocket

@testable import XRPCServer

/// A socket that becomes writable while it is being flushed reports that before the flush returns.
@Suite struct EventStreamHandlerTests {
  /// The socket: reports that it is writable in the middle of a flush, after running a closure.
  private final class EagerSocket: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var duringFlush: (() -> Void)?

    func flush(context: ChannelHandlerContext) {
      context.flush()
      guard let duringFlush else { return }
      self.duringFlush = nil
      duringFlush()
      context.fireChannelWritabilityChanged()
    }
  }

  private static let ringFrames = 50

  /// While the first frames are flushed, so many new ones arrive that the position from which they
  /// were read drops out of the ring. Continuing from there would close the subscriber as too slow.
  @Test func nestedDrainContinuesAtTheCurrentPosition() async throws {
    let broadcast = EventBroadcast(
      log: MemoryEventLog(),
      configuration: EventBroadcastConfiguration(maximumFrames: Self.ringFrames)
    )
    let subscription = try await broadcast.subscribe(cursor: nil) { _ in nil }
    let expected = (1...80).flatMap { ServerFrame.binary(SequencedFrame.tick($0).bytes).allBytes }
    try #expect(Self.sent(broadcast, subscription) == expected)
  }

  /// All bytes that a subscriber gets. Not asynchronous, because an embedded channel belongs to one
  /// thread.
  private static func sent(
    _ broadcast: EventBroadcast,
    _ subscription: EventSubscription
  ) throws -> [UInt8] {
    let socket = EagerSocket()
    let channel = EmbeddedChannel(handler: socket)
    let stream = EventStreamHandler(
      .shared(subscription),
      configuration: EventStreamConfiguration(),
      logger: Logger(label: "test")
    )
    try channel.pipeline.syncOperations.addHandler(stream)
    socket.duringFlush = { broadcast.append((41...80).map { .tick($0) }) }
    broadcast.append((1...40).map { .tick($0) })
    channel.embeddedEventLoop.run()
    var bytes: [UInt8] = []
    while let written = try channel.readOutbound(as: ByteBuffer.self) { bytes += written.allBytes }
    _ = try channel.finish(acceptAlreadyClosed: true)
    return bytes
  }
}

extension ByteBuffer {
  fileprivate var allBytes: [UInt8] { Array(readableBytesView) }
}
