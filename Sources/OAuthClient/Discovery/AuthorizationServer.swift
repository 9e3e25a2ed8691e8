import ATProtoHTTP

/// An authorization server, as its metadata document describes it (RFC 8414; OAuth specification,
/// "Authorization Servers").
struct AuthorizationServer: Hashable, Sendable {
  /// The origin of the server, which identifies it.
  let issuer: String
  let authorizationEndpoint: HTTPURL
  let tokenEndpoint: HTTPURL
  /// The endpoint for pushed authorization requests (RFC 9126).
  let requestEndpoint: HTTPURL
  /// RFC 7009; nil if the server does not have one.
  let revocationEndpoint: HTTPURL?

  static let path = "/.well-known/oauth-authorization-server"

  /// Checks every requirement of the OAuth specification, "Server Metadata".
  init(_ document: MetadataDocument, allowsHTTP: Bool) throws(OAuthClientError) {
    issuer = try document.text("issuer")
    // "Must match the origin of the URL used to fetch the metadata document itself."
    guard issuer == document.url.origin else {
      throw OAuthClientError(
        .issuer,
        "\(document.url) names another issuer: \(excerpt(issuer))"
      )
    }
    authorizationEndpoint = try document.url("authorization_endpoint", allowsHTTP: allowsHTTP)
    tokenEndpoint = try document.url("token_endpoint", allowsHTTP: allowsHTTP)
    requestEndpoint = try document.url(
      "pushed_authorization_request_endpoint",
      allowsHTTP: allowsHTTP
    )
    revocationEndpoint =
      document.contains("revocation_endpoint")
      ? try document.url("revocation_endpoint", allowsHTTP: allowsHTTP) : nil
    for (name, value) in Self.requiredValues { try document.requires(value, in: name) }
    for name in Self.requiredFlags { try document.requiresTrue(name) }
    let algorithms = "token_endpoint_auth_signing_alg_values_supported"
    guard try !document.texts(algorithms).contains("none") else {
      throw document.invalid(algorithms, "an array without none")
    }
    guard try document.flag("require_request_uri_registration") != false else {
      throw document.invalid("require_request_uri_registration", "true")
    }
  }

  private static let requiredValues = [
    ("response_types_supported", "code"),
    ("grant_types_supported", "authorization_code"),
    ("grant_types_supported", "refresh_token"),
    ("code_challenge_methods_supported", "S256"),
    ("token_endpoint_auth_methods_supported", "none"),
    ("token_endpoint_auth_methods_supported", "private_key_jwt"),
    ("token_endpoint_auth_signing_alg_values_supported", "ES256"),
    ("scopes_supported", "atproto"),
    ("dpop_signing_alg_values_supported", "ES256"),
  ]

  private static let requiredFlags = [
    "authorization_response_iss_parameter_supported", "require_pushed_authorization_requests",
    "client_id_metadata_document_supported",
  ]
}
