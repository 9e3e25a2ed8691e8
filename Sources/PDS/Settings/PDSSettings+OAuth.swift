import ATProtoHTTP
import ServiceKit

extension PDSSettings {
  private typealias Value = SettingValue

  /// The authorization server, and how its pages look.
  static let oauth: [Setting<PDSSettings>] = [
    Setting<PDSSettings>(
      "PDS_OAUTH_TRUSTED_CLIENTS",
      "client_ids",
      "OAuth clients whose name and logo are shown at sign-in, separated by commas.",
      isList: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.oauth.trustedClients = Set(Value.list(text))
    },
    Setting<PDSSettings>(
      "PDS_DPOP_SECRET",
      "secret",
      "Secret of DPoP nonces, at least 16 bytes (default: a key kept in the database).",
      isSecret: true
    ) { (text, settings) throws(ServiceError) in
      guard text.utf8.count >= 16 else { throw Value.invalid("expected at least 16 bytes") }
      settings.configuration.oauth.dpopSecret = text
    },
    Setting<PDSSettings>(
      "PDS_OAUTH_REQUEST_TTL",
      "seconds",
      "Lifetime of a pending authorization request (default: five minutes)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.oauth.requestLifetime = try Value.number(text, 1...3600)
    },
    Setting<PDSSettings>(
      "PDS_OAUTH_CODE_TTL",
      "seconds",
      "Lifetime of an authorization code (default: one minute)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.oauth.codeLifetime = try Value.number(text, 1...600)
    },
    Setting<PDSSettings>(
      "PDS_OAUTH_ACCESS_TOKEN_TTL",
      "seconds",
      "Lifetime of an OAuth access token, at most and by default 15 minutes."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.oauth.accessTokenLifetime = try Value.number(
        text,
        1...OAuthSettings.maximumAccessTokenLifetime
      )
    },
    Setting<PDSSettings>(
      "PDS_OAUTH_REFRESH_TTL",
      "seconds",
      """
      Lifetime of an OAuth refresh token (default: 90 days for confidential clients; at most two \
      weeks for public ones).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.oauth.refreshTokenLifetime = try Value.number(
        text,
        1...OAuthSettings.maximumRefreshTokenLifetime
      )
    },
    Setting<PDSSettings>(
      "PDS_OAUTH_SESSION_TTL",
      "seconds",
      """
      Lifetime of an OAuth session (default: two years for confidential clients; at most two weeks \
      for public ones).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.oauth.sessionLifetime = try Value.number(text, 1...(1 << 30))
    },
  ]

  /// With the names of the reference implementation, and those of its earlier versions, which come
  /// first so that the present ones take precedence.
  static let branding: [Setting<PDSSettings>] = [
    name("PDS_OAUTH_PROVIDER_NAME", "Earlier name of `PDS_SERVICE_NAME`."),
    link("PDS_OAUTH_PROVIDER_LOGO", "Earlier name of `PDS_LOGO_URL`.") { $1.logoURL = $0 },
    color("PDS_OAUTH_PROVIDER_PRIMARY_COLOR", "Earlier name of `PDS_PRIMARY_COLOR`.") {
      $1.primaryColor = $0
    },
    name("PDS_SERVICE_NAME", "Name of the server on its pages (default: the hostname)."),
    link("PDS_LOGO_URL", "Logo on the pages.") { $1.logoURL = $0 },
    link("PDS_HOME_URL", "Link to the home page of the server, for its pages.") { $1.homeURL = $0 },
    link("PDS_SUPPORT_URL", "Link to help for account owners, for the pages.") {
      $1.supportURL = $0
    },
    color("PDS_PRIMARY_COLOR", "Color of buttons and links on the pages.") { $1.primaryColor = $0 },
    color("PDS_ERROR_COLOR", "Color of errors on the pages.") { $1.errorColor = $0 },
    color("PDS_WARNING_COLOR", "Color of warnings on the pages.") { $1.warningColor = $0 },
    color("PDS_SUCCESS_COLOR", "Color of confirmations on the pages.") { $1.successColor = $0 },
  ]

  private typealias Assign = @Sendable (String, inout OAuthSettings.Branding) -> Void

  private static func name(_ name: String, _ summary: String) -> Setting<PDSSettings> {
    Setting<PDSSettings>(name, "name", summary) { (text, settings) throws(ServiceError) in
      settings.configuration.oauth.branding.name = text
    }
  }

  private static func link(
    _ name: String,
    _ summary: String,
    _ assign: @escaping Assign
  ) -> Setting<PDSSettings> {
    Setting<PDSSettings>(name, "url", summary) { (text, settings) throws(ServiceError) in
      assign(try Value.link(text), &settings.configuration.oauth.branding)
    }
  }

  private static func color(
    _ name: String,
    _ summary: String,
    _ assign: @escaping Assign
  ) -> Setting<PDSSettings> {
    Setting<PDSSettings>(name, "color", summary) { (text, settings) throws(ServiceError) in
      // The value becomes part of a style sheet.
      let digits = text.utf8.dropFirst()
      guard text.utf8.first == UInt8(ascii: "#"), [3, 6].contains(digits.count),
        digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
      else { throw Value.invalid("expected a color like #0a7 or #00aa77") }
      assign(text, &settings.configuration.oauth.branding)
    }
  }
}
