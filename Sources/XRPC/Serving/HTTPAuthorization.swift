import ATProtoSyntax

/// The value of an `Authorization` header, split.
///
///     credentials = auth-scheme 1*SP ( token68 / auth-params )    ; RFC 9110, 11.4
public enum HTTPAuthorization: Hashable, Sendable {
  case bearer(String)
  case dpop(String)
  /// XRPC specification, "Admin Token": user `admin` and the token as password.
  case basic(user: String, password: String)
  case other(scheme: String, credentials: String)

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
