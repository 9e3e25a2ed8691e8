package import HTTPTypes

extension XRPCRoute {
  /// Checks what the header fields tell of the body, so that a server can refuse it unread.
  ///
  /// - Parameter length: the body's length where it is known, else `Content-Length` is believed.
  package func checkInput(
    _ head: HTTPRequest,
    length: Int? = nil
  ) throws(XRPCServerError) {
    let declared = head.headerFields[.contentLength].flatMap { Int($0) }
    let length = length ?? declared
    if takesAnyInput {
      if let length, length > maximumInputBytes {
        throw .payloadTooLarge(maximum: maximumInputBytes)
      }
      return
    }
    guard let inputEncoding else {
      guard length ?? 0 == 0 else {
        throw .invalidRequest("\(nsid) takes no input, but a request body was sent")
      }
      return
    }
    if let length, length > maximumInputBytes {
      throw .payloadTooLarge(maximum: maximumInputBytes)
    }
    // "If a request body is present, this header should be included" (Summary of HTTP Headers).
    guard let contentType = head.headerFields[.contentType] else {
      throw .unsupportedMediaType("Content-Type is missing, expected \(inputEncoding)")
    }
    guard MediaType.matches(contentType, pattern: inputEncoding) else {
      throw .unsupportedMediaType(
        "Content-Type is \(QueryString.excerpt(contentType)), expected \(inputEncoding)"
      )
    }
  }
}
