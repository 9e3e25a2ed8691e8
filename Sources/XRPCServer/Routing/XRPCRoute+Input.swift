import ATProtoHTTP
import HTTPTypes
import XRPC

extension XRPCRoute {
  /// Checks what the header fields say about the body, before any of it is read, and bounds the
  /// body: a stream is collected unless the handler takes one.
  func admit(_ request: RouteRequest) async throws -> RouteRequest {
    try checkInput(of: request)
    guard case .stream(let stream) = request.body else { return request }
    var request = request
    let maximum = maximum
    let bounded = stream.bounded(by: maximum) { excessiveInput }
    request.body =
      takesStream ? .stream(bounded) : .bytes(try await bounded.collect(upTo: maximum))
    return request
  }

  private var takesInput: Bool { inputEncoding != nil || takesAnyInput }

  private var maximum: Int { takesInput ? maximumInputBytes : 0 }

  private func checkInput(of request: RouteRequest) throws(XRPCServerError) {
    let fields = request.head.headerFields
    if let length = request.body.length ?? fields[.contentLength].flatMap({ Int($0) }),
      length > maximum
    {
      throw excessiveInput
    }
    guard let inputEncoding else { return }
    // "If a request body is present, this header should be included" (Summary of HTTP Headers).
    guard let contentType = fields[.contentType] else {
      throw .unsupportedMediaType("Content-Type is missing, expected \(inputEncoding)")
    }
    guard MediaType.matches(contentType, pattern: inputEncoding) else {
      throw .unsupportedMediaType(
        "Content-Type is \(QueryString.excerpt(contentType)), expected \(inputEncoding)"
      )
    }
  }

  /// The error for a body longer than the method takes.
  private var excessiveInput: XRPCServerError {
    takesInput
      ? .payloadTooLarge(maximum: maximumInputBytes)
      : .invalidRequest("\(nsid) takes no input, but the request has a body")
  }
}
