import NIOCore

/// Closes a connection whose server has sent its last byte, three turns of the event loop later.
///
/// What comes in one go with the server's answer reaches the WebSocket's handlers when those of HTTP
/// have left, which takes them two turns. A connection that ended meanwhile would lose it, and with
/// it the frame that tells why a server closes at once.
final class EndOfInput: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  private var context: ChannelHandlerContext?

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    after(turns: 3, context.eventLoop.assumeIsolated())
  }

  private func after(turns: Int, _ loop: NIOIsolatedEventLoop) {
    loop.execute {
      guard turns == 1 else { return self.after(turns: turns - 1, loop) }
      // A response whose end is that of the connection ends with this.
      self.context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      self.context?.close(promise: nil)
    }
  }
}
