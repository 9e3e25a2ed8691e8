import ATProtoData
import ATProtoSyntax

/// The answer of a token endpoint (RFC 6749, 5.1; OAuth specification, "Tokens and Session Lifetime"):
///
///     { "access_token": text, "token_type": "DPoP", "expires_in": seconds, "refresh_token": text,
///       "scope": text, "sub": did }
struct TokenResponse {
  let tokens: OAuthTokens
  /// The account, which is not to be believed before it is checked.
  let subject: DID

  private static let maximumBytes = 16 << 10

  /// - Parameter seconds: the time at which the request was sent.
  init(_ members: JSONValue, at seconds: Int) throws(OAuthClientError) {
    guard let access = members["access_token"]?.string, Self.isToken(access) else {
      throw Self.invalid("it does not have a valid access_token")
    }
    // RFC 6749, 7.1: "The client MUST NOT use an access token if it does not understand the token
    // type." RFC 9449, 5: the type is DPoP, which is not case-sensitive.
    guard members["token_type"]?.string?.lowercased() == "dpop" else {
      throw Self.invalid("the token_type is not DPoP")
    }
    guard let subject = members["sub"]?.string.flatMap({ try? DID($0) }) else {
      throw Self.invalid("the sub is not a DID")
    }
    self.subject = subject
    let refresh = members["refresh_token"]?.string
    if let refresh, !Self.isToken(refresh) { throw Self.invalid("the refresh_token is not valid") }
    // "Clients should reject token responses if they don't contain a scope field, or if the scope field
    // does not contain atproto."
    guard let scope = members["scope"]?.string, scope.utf8.count <= Self.maximumBytes,
      scope.split(separator: " ").contains("atproto")
    else {
      throw OAuthClientError(.scope, "the authorization server did not grant the scope atproto")
    }
    var expiry: Int?
    if case .integer(let lifetime) = members["expires_in"], lifetime >= 0 {
      expiry = seconds + min(lifetime, 1 << 31)
    }
    tokens = OAuthTokens(access: access, refresh: refresh, expiresAt: expiry, scope: scope)
  }

  /// RFC 6749, appendix A.12: `1*VSCHAR`, without the space, which would end the credentials.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= maximumBytes
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  private static func invalid(_ problem: String) -> OAuthClientError {
    OAuthClientError(.response, "the token response is not valid: \(problem)")
  }
}
