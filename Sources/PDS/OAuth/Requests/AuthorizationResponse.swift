import ATProtoAuth
import ATProtoSyntax

/// What the browser brings to the client: a code or an error (RFC 6749, 4.1.2; RFC 9207).
struct AuthorizationResponse: Sendable {
  /// One that the client has declared.
  let redirectURI: String
  let mode: ResponseMode
  let parameters: [(name: String, value: String)]

  init(code: String, to request: AuthorizationParameters, issuer: String) {
    self.init([("code", code)], to: request, issuer)
  }

  init(_ error: OAuthError, to request: AuthorizationParameters, issuer: String) {
    self.init(
      [("error", error.code.rawValue), ("error_description", error.reason)],
      to: request,
      issuer
    )
  }

  private init(
    _ outcome: [(String, String)],
    to request: AuthorizationParameters,
    _ issuer: String
  ) {
    redirectURI = request.redirectURI
    mode = request.responseMode
    let state = request.state.map { [("state", $0)] } ?? []
    parameters = [("iss", issuer)] + state + outcome
  }

  /// The value of `Location`: the redirect URI with the parameters, and the URI alone if the browser
  /// posts them.
  var location: String {
    let query = FormParameters(
      Dictionary(parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    ).form
    let encoded = String(decoding: query, as: UTF8.self)
    return switch mode {
    // RFC 6749, 3.1.2: the redirect URI "MAY include a query component, which MUST be retained".
    case .query: redirectURI + (redirectURI.contains("?") ? "&" : "?") + encoded
    // It has no fragment of its own.
    case .fragment: "\(redirectURI)#\(encoded)"
    case .formPost: redirectURI
    }
  }
}
