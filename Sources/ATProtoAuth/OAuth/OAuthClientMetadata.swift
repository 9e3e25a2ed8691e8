public import ATProtoHTTP

/// The metadata of a client, checked (OAuth specification, "Client ID Metadata Document").
///
/// Servers read it from the client's document; clients create it and publish ``json``.
public struct OAuthClientMetadata: Hashable, Sendable {
  /// The environment that a client runs in.
  public enum ApplicationType: String, Hashable, Sendable {
    /// Web services and browser apps.
    case web
    /// Mobile and desktop apps.
    case native
  }

  /// How a client authenticates itself to the token endpoint.
  public enum Authentication: Hashable, Sendable {
    /// A public client: not at all.
    case none
    /// `private_key_jwt` with one of these keys.
    case keys(JWKSet, algorithm: JWTAlgorithm?)
    /// `private_key_jwt` with one of the keys that are published at this URL.
    case keysAt(HTTPURL, algorithm: JWTAlgorithm?)
  }

  /// What a client says about itself to people. To be shown for trusted clients only.
  public struct Display: Hashable, Sendable {
    /// `client_name`, without control characters.
    public var name: String?
    /// `client_uri`: the home page, on the host of the client ID.
    public var uri: String?
    /// `logo_uri`.
    public var logo: String?
    /// `tos_uri`: the terms of service.
    public var terms: String?
    /// `policy_uri`: the privacy policy.
    public var policy: String?

    /// Creates a description.
    public init(
      name: String? = nil,
      uri: String? = nil,
      logo: String? = nil,
      terms: String? = nil,
      policy: String? = nil
    ) {
      self.name = name
      self.uri = uri
      self.logo = logo
      self.terms = terms
      self.policy = policy
    }
  }

  /// The size of the largest document that is read, in bytes.
  public static let maximumLength = 64 << 10
  /// The most redirect URIs of a client.
  public static let maximumRedirectURIs = 64

  /// `client_id`.
  public let id: OAuthClientID
  /// `redirect_uris`, at least one.
  public let redirectURIs: [String]
  /// `scope`: everything that the client may ask for, including values that this server does not
  /// know.
  public let scope: OAuthScope
  /// `application_type`.
  public let applicationType: ApplicationType
  /// Whether `grant_types` contains `refresh_token`.
  public let usesRefreshTokens: Bool
  /// `token_endpoint_auth_method`, with the keys.
  public let authentication: Authentication
  /// The fields for people.
  public let display: Display

  /// Creates metadata and checks it as a server does.
  ///
  /// Throws ``OAuthError/Code/invalidClientMetadata`` and names the field.
  public init(
    id: OAuthClientID,
    redirectURIs: [String],
    scope: OAuthScope,
    applicationType: ApplicationType = .web,
    usesRefreshTokens: Bool = true,
    authentication: Authentication = .none,
    display: Display = Display()
  ) throws(OAuthError) {
    self.id = id
    self.redirectURIs = redirectURIs
    self.scope = scope
    self.applicationType = applicationType
    self.usesRefreshTokens = usesRefreshTokens
    self.authentication = authentication
    self.display = display
    try checkRedirectURIs()
    try checkScope()
    try checkAuthentication()
    try checkDisplay()
  }

  /// Whether the client authenticates itself with a key.
  public var isConfidential: Bool { authentication != .none }

  /// `token_endpoint_auth_signing_alg`: the algorithm of assertions; nil for any that is supported.
  public var signingAlgorithm: JWTAlgorithm? {
    switch authentication {
    case .none: nil
    case .keys(_, let algorithm), .keysAt(_, let algorithm): algorithm
    }
  }

  /// Whether a request may name this redirect URI.
  ///
  /// URIs are compared as text. Of a loopback URI, the port is free if the registered one has no
  /// port, and always for a client on `localhost` (RFC 8252, 7.3; "Localhost Client Development").
  public func accepts(redirectURI: String) -> Bool {
    guard let requested = try? RedirectURI(redirectURI) else { return false }
    var ignoresPort = false
    if case .localhost = id.kind { ignoresPort = true }
    return redirectURIs.contains { registered in
      if registered == redirectURI { return true }
      let uri = try? RedirectURI(registered)
      return uri?.matchesLoopback(requested, ignoresPort: ignoresPort) ?? false
    }
  }
}

extension OAuthClientID {
  /// The metadata of a client on `localhost`, which has no document ("Localhost Client
  /// Development"); nil for other clients.
  public var localhostMetadata: OAuthClientMetadata? {
    guard case .localhost(let redirectURIs, let scope) = kind else { return nil }
    return try? OAuthClientMetadata(
      id: self,
      redirectURIs: redirectURIs,
      scope: scope,
      applicationType: .native,
      display: OAuthClientMetadata.Display(name: "Development client")
    )
  }
}
