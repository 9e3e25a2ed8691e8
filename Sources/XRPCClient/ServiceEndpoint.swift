public import ATProtoHTTP

/// Where a service is called: scheme, host and port.
///
/// "Paths must always be top-level, not below a prefix" (XRPC specification, "Lexicon HTTP
/// Endpoints"), so there is no path.
public struct ServiceEndpoint: Hashable, Sendable {
  /// `https` or `http`.
  public let scheme: String
  /// Host and, unless it is the scheme's own, port.
  public let authority: String

  /// Reads `https://host[:port][/]`. Nil for anything else: another scheme, user information, a
  /// path, a query.
  public init?(_ url: String) {
    guard let url = HTTPURL(url), url.target == "/" else { return nil }
    self.init(url)
  }

  /// The server of a URL.
  public init(_ url: HTTPURL) {
    scheme = url.scheme
    authority = url.authority
  }
}

extension ServiceEndpoint: CustomStringConvertible {
  public var description: String { "\(scheme)://\(authority)" }
}
