import ATProtoHTTP
import Foundation
import HTTPTypes

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension URLRequest {
  init(_ request: HTTPRequest, body: [UInt8]?) throws(TransportError) {
    guard let scheme = request.scheme, scheme == "https" || scheme == "http",
      let authority = request.authority, let path = request.path,
      let url = URL(string: "\(scheme)://\(authority)\(path)", encodingInvalidCharacters: false)
    else {
      throw TransportError(
        code: .cannotConnect,
        reason: "the request does not have an absolute URL"
      )
    }
    self.init(url: url, timeoutInterval: URLSessionTransport.unlimited)
    httpMethod = request.method.rawValue
    httpShouldHandleCookies = false
    for field in request.headerFields {
      addValue(field.value, forHTTPHeaderField: field.name.rawName)
    }
    httpBody = body.map { Data($0) }
  }
}

extension HTTPResponse {
  /// Creates a response. Fields with the same name are combined, and those that HTTPTypes does not
  /// accept are dropped.
  init(_ response: HTTPURLResponse) {
    self.init(status: Status(code: response.statusCode))
    for (key, value) in response.allHeaderFields {
      guard let name = (key as? String).flatMap({ HTTPField.Name($0) }),
        let value = value as? String, HTTPField.isValidValue(value)
      else { continue }
      headerFields[name] = value
    }
  }
}
