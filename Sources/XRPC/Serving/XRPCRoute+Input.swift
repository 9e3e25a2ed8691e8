package import HTTPTypes

extension XRPCRoute {
  /// The refusal of a longer body than the method takes.
  var tooMuchInput: XRPCServerError {
    if inputEncoding == nil && !takesAnyInput {
      return .invalidRequest("\(nsid) takes no input, but a request body was sent")
    }
    return .payloadTooLarge(maximum: maximumInputBytes)
  }

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
      if let length, length > maximumInputBytes { throw tooMuchInput }
      return
    }
    guard let inputEncoding else {
      guard length ?? 0 == 0 else { throw tooMuchInput }
      return
    }
    if let length, length > maximumInputBytes { throw tooMuchInput }
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
