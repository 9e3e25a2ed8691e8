import NIOCore

/// Closes a connection three turns of the event loop after the server has sent its last byte.
///
/// Bytes that arrive together with the server's response reach the WebSocket handlers after the
/// HTTP handlers have been removed, which takes two turns. If the connection ended before that,
/// they would be lost, including the frame that says why the server closes immediately.
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
      // Completes a response that ends with the connection.
      self.context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      self.context?.close(promise: nil)
    }
  }
}
