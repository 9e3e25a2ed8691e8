package import ATProtoData
package import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
  /// A response in plain text.
  package static func text(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status,
      headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
  }

  /// A response in JSON.
  package static func json(_ value: DataValue, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.jsonBytes()))
    )
  }

  /// An XRPC error response.
  package static func error(
    _ name: String,
    _ message: String,
    _ status: HTTPResponse.Status
  ) -> Response {
    json(["error": .string(name), "message": .string(message)], status)
  }

  /// The same head without the body, for HEAD (RFC 9110, 9.3.2).
  package var withoutBody: Response {
    var response = self
    let length = body.contentLength
    response.body = ResponseBody()
    // Setting the body has set its length.
    response.headers[.contentLength] = length.map(String.init)
    return response
  }
}
