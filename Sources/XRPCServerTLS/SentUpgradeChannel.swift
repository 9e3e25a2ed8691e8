import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOSSL

/// Hummingbird's HTTP/1.1 or HTTP/2 connections over TLS, with ``CloseWhenSent``.
struct SentUpgradeChannel: HTTPChannelHandler {
  typealias Value = HTTP2UpgradeChannel.Value

  let base: HTTP2UpgradeChannel
  let patience: TimeAmount

  var responder: Responder { base.responder }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let value = base.setup(channel: channel, logger: logger)
    do {
      // The call has added the TLS handler; the protocol above it is negotiated later and added
      // after this handler.
      let pipeline = channel.pipeline.syncOperations
      let tls = try pipeline.handler(type: NIOSSLServerHandler.self)
      try pipeline.addHandler(CloseWhenSent(patience: patience), position: .after(tls))
      return value
    } catch {
      return channel.eventLoop.makeFailedFuture(error)
    }
  }

  func handle(value: Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}
