/// The settings of the authorization server. Times are in seconds.
public struct OAuthSettings: Sendable {
  /// The `client_id`s of clients whose name and logo are shown to account owners.
  public var trustedClients: Set<String> = []
  /// The secret from which DPoP nonces are derived, the same for all processes of a server; if nil,
  /// one that is generated and kept in the database.
  public var dpopSecret: String?
  /// The time from a pushed request, or from its latest use by a browser, to its expiry.
  public var requestLifetime = 300
  /// The time within which a code must be exchanged. OAuth 2.1, 4.1.2: "RECOMMENDED" is at most ten
  /// minutes; security practice (RFC 9700, 4.5) asks for as little as possible.
  public var codeLifetime = 60
  /// At most ``maximumAccessTokenLifetime``.
  public var accessTokenLifetime = maximumAccessTokenLifetime
  /// The time within which a refresh token must be used; nil for ``defaultRefreshTokenLifetime`` for
  /// confidential clients. Those of public clients live for at most ``publicLifetime``.
  public var refreshTokenLifetime: Int?
  /// The time after which the account must sign in again, whatever the refreshes; nil for
  /// ``defaultSessionLifetime`` for confidential clients. Sessions of public clients live for at most
  /// ``publicLifetime``.
  public var sessionLifetime: Int?
  /// How the pages present the server.
  public var branding = Branding()

  /// Creates the default settings.
  public init() {}

  /// OAuth specification, "Tokens and Session Lifetime": "If the server cannot revoke individual
  /// access tokens then the maximum is 15 minutes".
  public static let maximumAccessTokenLifetime = 900
  /// "for 'untrusted' public clients, overall session lifetime and the lifetime of individual refresh
  /// tokens should both be limited to 2 weeks".
  public static let publicLifetime = 14 * 86_400
  /// "Individual refresh tokens should have a lifetime limited to 180 days".
  public static let maximumRefreshTokenLifetime = 180 * 86_400
  /// That of the reference implementation: three months.
  public static let defaultRefreshTokenLifetime = 90 * 86_400
  /// That of the reference implementation: two years.
  public static let defaultSessionLifetime = 2 * 365 * 86_400

  /// The lifetime of a new session.
  func sessionLifetime(isConfidential: Bool) -> Int {
    isConfidential
      ? sessionLifetime ?? Self.defaultSessionLifetime
      : min(sessionLifetime ?? Self.publicLifetime, Self.publicLifetime)
  }

  /// The lifetime of a new refresh token.
  func refreshTokenLifetime(isConfidential: Bool) -> Int {
    isConfidential
      ? refreshTokenLifetime ?? Self.defaultRefreshTokenLifetime
      : min(refreshTokenLifetime ?? Self.publicLifetime, Self.publicLifetime)
  }
}

extension OAuthSettings {
  /// The name, the logo, the colors, and the links on the pages for account owners. The links to the
  /// terms of service and the privacy policy are in ``PDSConfiguration``.
  public struct Branding: Hashable, Sendable {
    /// The hostname if nil.
    public var name: String?
    public var logoURL: String?
    public var homeURL: String?
    public var supportURL: String?
    /// Colors as CSS takes them: `#rgb` or `#rrggbb`.
    public var primaryColor: String?
    public var errorColor: String?
    public var warningColor: String?
    public var successColor: String?

    /// Creates a presentation without any of these.
    public init() {}
  }
}
