import ATProtoHTTP
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Collects the response of a server that refuses a WebSocket.
final class RefusalCollector: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let maximumBytes: Int
  private let promise: EventLoopPromise<HTTPTransportResponse>
  private var response = HTTPTransportResponse(head: HTTPResponse(status: .badGateway))

  init(maximumBytes: Int, _ promise: EventLoopPromise<HTTPTransportResponse>) {
    self.maximumBytes = maximumBytes
    self.promise = promise
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      response.head = HTTPResponse(code: Int(head.status.code), head.headers)
    case .body(let bytes):
      guard bytes.readableBytes <= maximumBytes - response.body.count else {
        let reason = "the response is longer than \(maximumBytes) bytes"
        promise.fail(TransportError(code: .responseTooLarge, reason: reason))
        return context.close(promise: nil)
      }
      response.body += bytes.readableBytesView
    case .end:
      promise.succeed(response)
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(TransportError(code: .connectionLost, reason: "the response is incomplete"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }
}
