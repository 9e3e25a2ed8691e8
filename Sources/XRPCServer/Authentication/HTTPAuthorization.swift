import ATProtoSyntax
import HTTPTypes
public import XRPC

/// The value of an `Authorization` header, parsed.
///
///     credentials = auth-scheme 1*SP ( token68 / auth-params )    ; RFC 9110, 11.4
public enum HTTPAuthorization: Hashable, Sendable {
  /// `Bearer` with a token.
  case bearer(String)
  /// `DPoP` with a token.
  case dpop(String)
  /// `Basic`. The administrator uses `admin` and the admin token (XRPC specification, "Admin Token").
  case basic(user: String, password: String)
  /// Any other scheme.
  case other(scheme: String, credentials: String)

  /// Parses a header value; nil if it is malformed.
  public init?(_ value: String) {
    guard let space = value.firstIndex(of: " ") else { return nil }
    let scheme = value[..<space]
    let credentials = String(value[space...].drop { $0 == " " })
    guard !scheme.isEmpty, !credentials.isEmpty else { return nil }
    // Schemes are case-insensitive (RFC 9110, 11.1).
    switch scheme.lowercased() {
    case "bearer":
      self = .bearer(credentials)
    case "dpop":
      self = .dpop(credentials)
    case "basic":
      guard let bytes = Base64.http.decode(credentials),
        let text = String(validating: bytes, as: UTF8.self),
        let colon = text.firstIndex(of: ":")
      else { return nil }
      self = .basic(
        user: String(text[..<colon]),
        password: String(text[text.index(after: colon)...])
      )
    default:
      self = .other(scheme: String(scheme), credentials: credentials)
    }
  }
}

extension XRPCContext {
  /// The `Authorization` header; nil if it is absent or malformed.
  public var authorization: HTTPAuthorization? {
    headers[.authorization].flatMap(HTTPAuthorization.init)
  }
}
