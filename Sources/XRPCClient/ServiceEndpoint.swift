public import ATProtoHTTP

/// The base URL of a service: scheme, host and port.
///
/// There is no path: "Paths must always be top-level, not below a prefix" (XRPC specification,
/// "Lexicon HTTP Endpoints").
public struct ServiceEndpoint: Hashable, Sendable {
  /// `https` or `http`.
  public let scheme: String
  /// The host, and the port unless it is the default of the scheme.
  public let authority: String

  /// Parses `https://host[:port][/]`, or the same with `http`; nil if the URL has another scheme, user
  /// information, a path or a query.
  public init?(_ url: String) {
    guard let url = HTTPURL(url), url.target == "/" else { return nil }
    self.init(url)
  }

  /// Creates the base URL of any URL.
  public init(_ url: HTTPURL) {
    scheme = url.scheme
    authority = url.authority
  }
}

extension ServiceEndpoint: CustomStringConvertible {
  /// The base URL without a trailing slash.
  public var description: String { "\(scheme)://\(authority)" }
}
