import NIOCore

/// Delays closing a connection until everything written before has been sent.
///
/// During a shutdown, Hummingbird closes an HTTP/2 connection when its last stream ends, in the
/// middle of the write that ends it, which would lose the last frames.
final class CloseWhenSent: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = ByteBuffer

  private static let pause = TimeAmount.milliseconds(50)

  /// The longest delay, for a peer that does not read.
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
