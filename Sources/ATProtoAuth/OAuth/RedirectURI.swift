import ATProtoHTTP

// OAuth specification, "Request Fields" and "Localhost Client Development"; RFC 8252, 7:
//
//   redirect = https-url
//            / "http://" ( "127.0.0.1" / "[::1]" ) [ ":" port ] [ path ] [ "?" query ]
//            / reversed-host ":/" path
//
// Always printable ASCII without a fragment (RFC 6749, 3.1.2) and without user information.

/// A redirect URI, taken apart.
enum RedirectURI {
  case https(HTTPURL)
  /// Of native clients. `port` is nil if none is written.
  case loopback(host: String, port: String?, target: String)
  /// Of native clients: `com.example.app:/callback`.
  case custom(scheme: String)

  static let maximumLength = 2048

  /// Throws ``OAuthError/Code/invalidRedirectURI`` with the reason.
  init(_ text: String) throws(OAuthError) {
    guard text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy(Self.isURICharacter) else {
      throw .refused(text, "it must have at most \(Self.maximumLength) characters of a URI")
    }
    guard !text.contains("#") else { throw .refused(text, "it must not have a fragment") }
    let scheme = text.prefix { $0 != ":" }
    switch scheme {
    case "https": self = .https(try Self.https(text))
    case "http": self = try Self.loopback(text)
    default:
      // RFC 8252, 8.4: "any private-use URI scheme that doesn't contain a period character (".")
      // SHOULD be rejected". That includes `javascript`, `data` and `file`.
      guard scheme.contains("."), scheme.utf8.first.map(Self.isLowercaseLetter) ?? false,
        scheme.utf8.allSatisfy(Self.isSchemeCharacter)
      else {
        throw .refused(
          text,
          "its scheme must be https, or for a native client the host of the client_id in reverse "
            + "order"
        )
      }
      // RFC 8252, 7.1: "only a single slash ("/") appears after the scheme component".
      let path = text.dropFirst(scheme.count + 1)
      guard path.hasPrefix("/"), !path.hasPrefix("//") else {
        throw .refused(text, "a single slash must follow its scheme: \(scheme):/callback")
      }
      self = .custom(scheme: String(scheme))
    }
  }

  private static func https(_ text: String) throws(OAuthError) -> HTTPURL {
    guard let url = HTTPURL(text), !authority(of: text).contains("@") else {
      throw .refused(text, "it is not a valid https URL without user information")
    }
    if IPAddress(url.host).map(IPAddressPolicy.publicOnly.allows) ?? false { return url }
    if let refusal = PublicHost.refusal(of: url.host) { throw .refused(text, refusal) }
    // "The URL may include a port number, but not if it is the default port number."
    guard !authority(of: text).hasSuffix(":443") else {
      throw .refused(text, "it must not name the default port")
    }
    return url
  }

  private static func loopback(_ text: String) throws(OAuthError) -> RedirectURI {
    guard let url = HTTPURL(text), url.isLoopback else {
      // RFC 8252, 8.3: "the use of localhost is NOT RECOMMENDED".
      throw .refused(text, "http is only allowed for 127.0.0.1 and [::1]")
    }
    let authority = authority(of: text)
    let host = authority.hasPrefix("[") ? "[::1]" : "127.0.0.1"
    guard authority.hasPrefix(host) else {
      throw .refused(text, "write the loopback IP address as 127.0.0.1 or [::1]")
    }
    let port = authority.dropFirst(host.count)
    return .loopback(
      host: host,
      port: port.isEmpty ? nil : String(port.dropFirst()),
      target: url.target
    )
  }

  private static func authority(of text: String) -> Substring {
    guard let start = text.firstRange(of: "://")?.upperBound else { return "" }
    return text[start...].prefix { $0 != "/" && $0 != "?" }
  }

  /// RFC 3986, 2: reserved, unreserved and percent; no character with a meaning in HTML or headers.
  private static func isURICharacter(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && !"\"<>\\^`{|}".utf8.contains(byte)
  }

  private static func isLowercaseLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
    isLowercaseLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }
}

extension RedirectURI {
  /// Whether a registered loopback URI stands for a requested one.
  ///
  /// RFC 8252, 7.3: "The authorization server MUST allow any port to be specified at the time of
  /// the request for loopback IP redirect URIs".
  ///
  /// - Parameter ignoresPort: whether the port is free even if the registered URI has one.
  func matchesLoopback(_ requested: RedirectURI, ignoresPort: Bool) -> Bool {
    guard case .loopback(let host, let port, let target) = self,
      case .loopback(host, let requestedPort, target) = requested
    else { return false }
    return ignoresPort || port == nil || port == requestedPort
  }
}

extension OAuthError {
  fileprivate static func refused(_ uri: String, _ reason: String) -> OAuthError {
    OAuthError(.invalidRedirectURI, "'\(uri.prefix(100))' is not a valid redirect URI: \(reason)")
  }
}
