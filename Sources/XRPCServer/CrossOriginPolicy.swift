import HTTPTypes

/// Allows web pages of any origin to call the methods, with tokens but without cookies.
///
/// "CORS support is encouraged but not required" (XRPC specification).
struct CrossOriginPolicy: Sendable {
  /// - Parameter exposed: further fields to name.
  init(exposing exposed: [HTTPField.Name] = []) {
    self.exposed = ([Self.exposed] + exposed.map(\.rawName)).joined(separator: ", ")
  }

  func isPreflight(_ head: HTTPRequest) -> Bool {
    head.method == .options && head.headerFields[.origin] != nil
      && head.headerFields[.accessControlRequestMethod] != nil
  }

  func preflight(_ head: HTTPRequest) -> HTTPFields {
    // `*` would not include Authorization (Fetch standard, 4.9), so the requested fields are listed.
    var fields: HTTPFields = [
      .accessControlAllowOrigin: "*",
      .accessControlAllowMethods: "GET, HEAD, POST",
      .accessControlMaxAge: "86400",
      .vary: "Access-Control-Request-Headers",
    ]
    fields[.accessControlAllowHeaders] = head.headerFields[.accessControlRequestHeaders]
    return fields
  }

  /// "CORS-exposed header-name list" (Fetch standard, 2.2.6): `*` covers all fields in browsers that
  /// know it. The fields that a client with DPoP cannot do without are named for the others (RFC
  /// 9449, 8: "make use of the Access-Control-Expose-Headers response header").
  private static let exposed = "*, DPoP-Nonce, WWW-Authenticate"
  private let exposed: String

  func mark(_ fields: inout HTTPFields) {
    fields[.accessControlAllowOrigin] = "*"
    fields[.accessControlExposeHeaders] = exposed
  }
}
