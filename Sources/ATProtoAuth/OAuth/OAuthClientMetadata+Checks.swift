import ATProtoHTTP

extension OAuthClientMetadata {
  /// "At least one redirect URI is required."
  func checkRedirectURIs() throws(OAuthError) {
    guard !redirectURIs.isEmpty else {
      throw .metadata("redirect_uris", "at least one redirect URI is required")
    }
    guard redirectURIs.count <= Self.maximumRedirectURIs else {
      throw .metadata("redirect_uris", "more than \(Self.maximumRedirectURIs) redirect URIs")
    }
    for uri in redirectURIs {
      do throws(OAuthError) {
        try check(RedirectURI(uri), uri)
      } catch {
        throw .metadata("redirect_uris", error.reason)
      }
    }
  }

  private func check(_ uri: RedirectURI, _ text: String) throws(OAuthError) {
    func refused(_ reason: String) -> OAuthError {
      OAuthError(.invalidRedirectURI, "'\(text.prefix(100))': \(reason)")
    }
    switch (uri, applicationType) {
    case (.https, .web): break
    case (.https(let url), .native):
      // "Native clients are also allowed to use an HTTPS URL. In this case, the URL origin must be
      // the same as the `client_id`." A document of development has no https origin.
      guard case .document(let document) = id.kind,
        document.origin == url.origin || id.isDevelopment
      else { throw refused("the https URL of a native client must have the origin of client_id") }
    case (.loopback, .native): break
    case (.custom(let scheme), .native):
      // "Any custom scheme must match the `client_id` hostname in reverse-domain order."
      guard case .document(let document) = id.kind else {
        throw refused("a client on localhost has loopback redirect URIs only")
      }
      let reversed = document.host.split(separator: ".").reversed().joined(separator: ".")
      guard scheme == reversed else { throw refused("its scheme must be \(reversed)") }
    case (.loopback, .web), (.custom, .web):
      throw refused("only clients with application_type native may use it; web clients use https")
    }
  }

  /// "The `atproto` scope is required."
  func checkScope() throws(OAuthError) {
    guard scope.hasATProto else { throw .metadata("scope", "it must contain atproto") }
    guard scope.values.count <= OAuthScope.maximumRequestCount,
      scope.description.utf8.count <= OAuthScope.maximumRequestLength
    else {
      throw .metadata(
        "scope",
        "it has more than \(OAuthScope.maximumRequestCount) values or "
          + "\(OAuthScope.maximumRequestLength) bytes"
      )
    }
  }

  func checkAuthentication() throws(OAuthError) {
    // RFC 8252, 8.4: native apps "are classified as public clients".
    guard authentication == .none || applicationType == .web else {
      throw .metadata("token_endpoint_auth_method", "it must be none for a native client")
    }
    if let algorithm = signingAlgorithm, algorithm == .hs256 {
      throw .metadata("token_endpoint_auth_signing_alg", "it must be ES256 or ES256K")
    }
    switch authentication {
    case .none: break
    case .keys(let set, _):
      // "Confidential clients must supply at least one public key in JWK format."
      guard set.keys.contains(where: { $0.keyID != nil }) else {
        throw .metadata(
          "jwks",
          "it must contain a public key on P-256 or secp256k1 that has a name (kid)"
        )
      }
    case .keysAt(let url, _): try Self.checkPublic("jwks_uri", url, id)
    }
  }

  func checkDisplay() throws(OAuthError) {
    // "The `client_uri` must have the same hostname as `client_id`."
    if let uri = display.uri {
      guard case .document(let document) = id.kind, let url = HTTPURL(uri),
        url.host == document.host, url.scheme == document.scheme, Self.isShown(uri)
      else {
        throw .metadata("client_uri", "it must be a URL on the host of client_id")
      }
    }
    // "Only `https:` URIs are allowed."
    let links = [
      ("logo_uri", display.logo), ("tos_uri", display.terms), ("policy_uri", display.policy),
    ]
    for (name, uri) in links {
      guard let uri else { continue }
      guard let url = HTTPURL(uri), url.scheme == "https", Self.isShown(uri) else {
        throw .metadata(name, "it must be an https URL")
      }
    }
  }

  /// "A `jwks_uri` URL must be a valid fully qualified URL with `https://` scheme."
  private static func checkPublic(
    _ name: String,
    _ url: HTTPURL,
    _ id: OAuthClientID
  ) throws(OAuthError) {
    if id.allowsLoopback, url.isLoopback { return }
    guard url.scheme == "https" else { throw .metadata(name, "it must be an https URL") }
    if let refusal = PublicHost.refusal(of: url.host) { throw .metadata(name, refusal) }
  }

  /// Nothing that ends an attribute of HTML.
  private static func isShown(_ uri: String) -> Bool {
    !uri.utf8.contains { "\"'<>`".utf8.contains($0) }
  }
}

extension OAuthError {
  static func metadata(_ field: String, _ reason: String) -> OAuthError {
    OAuthError(.invalidClientMetadata, "\(field) of the client metadata: \(reason)")
  }
}
