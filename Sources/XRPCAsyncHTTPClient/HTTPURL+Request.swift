import ATProtoHTTP
import HTTPTypes

extension HTTPURL {
  /// Scheme, host and port of a request.
  init(serverOf request: HTTPRequest) throws(TransportError) {
    guard let scheme = request.scheme, let authority = request.authority,
      let url = HTTPURL("\(scheme)://\(authority)")
    else {
      throw TransportError(code: .cannotConnect, reason: "the request has no absolute URL")
    }
    self = url
  }
}
