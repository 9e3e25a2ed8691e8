import HTTPTypes
import XRPC
import XRPCServer

/// Which header fields pass between a client and the service that its call is passed on to. All
/// others stay here: cookies, addresses, the tokens of sessions.
enum ProxiedFields {
  static func ofRequest(_ request: XRPCUntypedRequest) -> HTTPFields {
    var fields = picked(requestNames, of: request.context.headers)
    if request.verb == .post {
      for field in picked(contentNames, of: request.context.headers) { fields.append(field) }
    }
    // What comes back goes to the client as it is.
    if fields[.acceptEncoding] == nil { fields[.acceptEncoding] = "identity" }
    return fields
  }

  static func ofResponse(_ fields: HTTPFields) -> HTTPFields {
    var picked = picked(contentNames + responseNames, of: fields)
    // Any DID can name a service, so what it answers must do nothing where a browser shows it.
    picked[.contentSecurityPolicy] = "default-src 'none'; sandbox"
    picked[.xContentTypeOptions] = "nosniff"
    return picked
  }

  private static let requestNames: [HTTPField.Name] = [
    .accept, .acceptEncoding, .acceptLanguage, .atprotoAcceptLabelers, .bskyTopics,
  ]

  private static let contentNames: [HTTPField.Name] = [
    .contentType, .contentEncoding, .contentLanguage,
  ]

  private static let responseNames: [HTTPField.Name] = [
    .atprotoRepoRev, .atprotoContentLabelers, .retryAfter,
  ]

  private static func picked(_ names: [HTTPField.Name], of fields: HTTPFields) -> HTTPFields {
    var picked = HTTPFields()
    for name in names { picked[name] = fields[name] }
    return picked
  }
}

extension HTTPField.Name {
  static let atprotoProxy = HTTPField.Name("atproto-proxy")!
  fileprivate static let atprotoAcceptLabelers = HTTPField.Name("atproto-accept-labelers")!
  fileprivate static let atprotoContentLabelers = HTTPField.Name("atproto-content-labelers")!
  fileprivate static let atprotoRepoRev = HTTPField.Name("atproto-repo-rev")!
  /// Which topics a client wants to see, in one app.
  fileprivate static let bskyTopics = HTTPField.Name("x-bsky-topics")!
}
