import ATProtoData

/// The documents with which clients discover the authorization server (OAuth specification, "Server
/// Metadata"; RFC 9728; RFC 8414).
struct OAuthDocuments: Sendable {
  let issuer: ServiceBaseURL

  /// `/.well-known/oauth-protected-resource`.
  var resource: DataValue {
    let url = DataValue.string(issuer.url)
    return [
      "resource": url,
      // "Must contain an `authorization_servers` array of strings, with a single element".
      "authorization_servers": [url],
      "scopes_supported": [],
      "bearer_methods_supported": ["header"],
      "resource_documentation": "https://atproto.com",
    ]
  }

  /// `/.well-known/oauth-authorization-server`.
  var server: DataValue {
    let url = issuer.url
    return [
      "issuer": .string(url),
      "authorization_endpoint": .string(url + "/oauth/authorize"),
      "pushed_authorization_request_endpoint": .string(url + "/oauth/par"),
      "token_endpoint": .string(url + "/oauth/token"),
      "revocation_endpoint": .string(url + "/oauth/revoke"),
      "jwks_uri": .string(url + "/oauth/jwks"),
      "protected_resources": [.string(url)],
      "require_pushed_authorization_requests": true,
      "authorization_response_iss_parameter_supported": true,
      "client_id_metadata_document_supported": true,
      "request_parameter_supported": false,
      "request_uri_parameter_supported": true,
      "require_request_uri_registration": true,
      "response_types_supported": ["code"],
      "response_modes_supported": ["query", "fragment", "form_post"],
      "grant_types_supported": ["authorization_code", "refresh_token"],
      "code_challenge_methods_supported": ["S256"],
      "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
      "token_endpoint_auth_signing_alg_values_supported": ["ES256", "ES256K"],
      "dpop_signing_alg_values_supported": ["ES256", "ES256K"],
      // Not those with parameters: their values cannot be listed.
      "scopes_supported": [
        "atproto", "transition:email", "transition:generic", "transition:chat.bsky",
      ],
      "subject_types_supported": ["public"],
      "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
      "display_values_supported": ["page", "popup", "touch"],
      "ui_locales_supported": .array(PageLanguage.allCases.map { .string($0.tag) }),
    ]
  }

  /// `/oauth/jwks`: empty, because the server's tokens are not signed.
  var keys: DataValue { ["keys": []] }
}
