package import HTTPTypes
import XRPC
import XRPCServer

/// The header fields that a proxy forwards between a client and a service. All others are dropped:
/// cookies, IP addresses, session tokens.
enum ProxiedFields {
  static func ofRequest(_ request: XRPCUntypedRequest) -> HTTPFields {
    var fields = picked(requestNames, of: request.context.headers)
    if request.verb == .post {
      for field in picked(contentNames, of: request.context.headers) { fields.append(field) }
    }
    // The response is forwarded to the client unchanged.
    if fields[.acceptEncoding] == nil { fields[.acceptEncoding] = "identity" }
    return fields
  }

  static func ofResponse(_ fields: HTTPFields) -> HTTPFields {
    var picked = picked(contentNames + responseNames, of: fields)
    // Any DID can name a service, so its response must be inert when a browser shows it.
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
  /// The header that names the service of a proxied call.
  package static let atprotoProxy = HTTPField.Name("atproto-proxy")!
  fileprivate static let atprotoAcceptLabelers = HTTPField.Name("atproto-accept-labelers")!
  fileprivate static let atprotoContentLabelers = HTTPField.Name("atproto-content-labelers")!
  fileprivate static let atprotoRepoRev = HTTPField.Name("atproto-repo-rev")!
  /// The topics that a client of one app requests.
  fileprivate static let bskyTopics = HTTPField.Name("x-bsky-topics")!
}
