import ATProtoHTTP
import HTTPTypes

extension HTTPURL {
  /// Creates the base URL of a request.
  init(serverOf request: HTTPRequest) throws(TransportError) {
    guard let scheme = request.scheme, let authority = request.authority,
      let url = HTTPURL("\(scheme)://\(authority)")
    else {
      throw TransportError(
        code: .cannotConnect,
        reason: "the request does not have an absolute URL"
      )
    }
    self = url
  }
}
