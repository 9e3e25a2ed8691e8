import NIOCore
import NIOWebSocket
import XRPCWebSocket

/// How both kinds of WebSocket handlers end a connection.
extension ChannelHandlerContext {
  /// Sends a close frame, and closes the connection if the peer does not do so in time.
  func sendClose(_ code: Int, _ reason: String, closeTimeout: Duration) {
    let frame = ServerFrame.control(.connectionClose, ByteBuffer(closeCode: code, reason: reason))
    writeAndFlush(NIOAny(frame), promise: nil)
    close(after: closeTimeout)
  }

  /// Closes the connection once everything written has been sent.
  func closeOnceSent() {
    let written = eventLoop.makePromise(of: Void.self)
    let channel = channel
    writeAndFlush(NIOAny(ByteBuffer()), promise: written)
    written.futureResult.whenComplete { _ in channel.close(promise: nil) }
  }

  func close(after delay: Duration) {
    let channel = channel
    let timer = eventLoop.scheduleTask(in: TimeAmount(delay)) {
      channel.close(promise: nil)
    }
    channel.closeFuture.whenComplete { _ in timer.cancel() }
  }

  /// Answers a ping, unless the peer does not read: a ping that cannot be answered now may be skipped
  /// (RFC 6455, 5.5.3).
  func sendPong(_ payload: ByteBuffer) {
    guard channel.isWritable else { return }
    writeAndFlush(NIOAny(ServerFrame.control(.pong, payload)), promise: nil)
  }

  /// Sends a ping, unless the peer does not read and would not see it.
  func sendPing() {
    guard channel.isWritable else { return }
    writeAndFlush(NIOAny(ServerFrame.control(.ping, ByteBuffer())), promise: nil)
  }
}
