import ATProtoHTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization

@testable import PDS
@testable import XRPCServer

extension TestServer {
  /// Calls a path outside of `/xrpc/` without a socket.
  ///
  /// - Parameter address: The IP address of the client.
  func web(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ fields: HTTPFields = [:],
    body: [UInt8] = [],
    from address: String? = nil
  ) async throws -> HTTPTransportResponse {
    let head = HTTPRequest(
      method: method,
      scheme: "http",
      authority: "pds.test",
      path: path,
      headerFields: fields
    )
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
    var context = XRPCRequestContext(
      source: ApplicationRequestContextSource(
        channel: NIOAsyncTestingChannel(),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      )
    )
    context.client = RequestClient(address: address)
    let response = try await server.services.web.respond(to: request, context)
    let collector = BodyCollector()
    try await response.body.write(collector)
    return HTTPTransportResponse(head: response.head, body: collector.bytes.withLock { $0 })
  }
}

private final class BodyCollector: ResponseBodyWriter, Sendable {
  let bytes = Mutex<[UInt8]>([])

  func write(_ buffer: ByteBuffer) async throws {
    bytes.withLock { $0 += Array(buffer: buffer) }
  }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
