import NIOCore

/// Holds back the end of a connection until all is sent that was written before.
///
/// Hummingbird closes a connection of HTTP/2, once it shuts down, when the last stream is at its
/// end: in the middle of the write that ends it, so that the last frames would never leave.
final class CloseWhenSent: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = ByteBuffer

  private static let pause = TimeAmount.milliseconds(50)

  /// For a peer that reads nothing.
  private let patience: TimeAmount
  private var isClosing = false
  private var isRemoved = false

  init(patience: TimeAmount) {
    self.patience = patience
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    isRemoved = true
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode == .all, !isClosing else { return context.close(mode: mode, promise: promise) }
    isClosing = true
    context.eventLoop.assumeIsolated().execute { [self] in
      finish(context, .now() + patience, promise)
    }
  }

  private func finish(
    _ context: ChannelHandlerContext,
    _ deadline: NIODeadline,
    _ promise: EventLoopPromise<Void>?
  ) {
    guard !isRemoved else {
      promise?.fail(ChannelError.alreadyClosed)
      return
    }
    context.flush()
    let buffered = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    guard buffered ?? 0 > 0, NIODeadline.now() < deadline else {
      return context.close(promise: promise)
    }
    context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [self] in
      finish(context, deadline, promise)
    }
  }
}

@available(*, unavailable)
extension CloseWhenSent: Sendable {}
