public import HTTPTypes

// RFC 3986 and RFC 9110, 4.2, restricted to what a client may call:
//
//   url       = ( "http" / "https" ) "://" host [ ":" port ] [ path ] [ "?" query ] [ "#" fragment ]
//   host      = 1*253( ALPHA / DIGIT / "-" / "." / "_" ) / "[" IPv6 "]"
//
// User information is not allowed: too many parsers mistake it for the host.

/// An absolute `http` or `https` URL of at most 2048 bytes, without user information or fragment.
public struct HTTPURL: Hashable, Sendable {
  static let maximumLength = 2048

  /// `http` or `https`, in lower case.
  public let scheme: String
  /// The host in lower case; an IPv6 address without brackets.
  public let host: String
  /// The port; nil if it is the default port of the scheme.
  public let port: UInt16?
  /// The path and query, starting with a slash. A fragment is not part of a request.
  public let target: String

  /// Parses an absolute URL; nil if `text` is not one that can be called. A fragment is dropped.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.maximumLength, let colon = text.firstRange(of: "://") else {
      return nil
    }
    let rest = text[colon.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    self.init(
      scheme: text[..<colon.lowerBound].lowercased(),
      authority: rest[..<end].lowercased(),
      target: String(rest[end...])
    )
  }

  private init?(scheme: String, authority: String, target: String) {
    guard scheme == "https" || scheme == "http",
      let (host, port) = Self.split(authority),
      let target = Self.checked(target)
    else { return nil }
    self.scheme = scheme
    self.host = host
    self.port = port == (scheme == "https" ? 443 : 80) ? nil : port
    self.target = target
  }

  /// Creates a URL from its parts; nil if one of them is not valid.
  ///
  /// - Parameter target: the path and query, starting with a slash.
  public init?(scheme: String = "https", host: String, port: UInt16? = nil, target: String = "/") {
    let authority = host + (port.map { ":\($0)" } ?? "")
    self.init(scheme: scheme, authority: authority.lowercased(), target: target)
  }

  /// Resolves a URL reference found at this URL, such as the `Location` of a redirect (RFC 9110,
  /// 10.2.2).
  ///
  /// - Returns: nil if the result is not a URL that can be called.
  public func resolving(_ reference: String) -> HTTPURL? {
    if reference.contains("://"), let url = HTTPURL(reference) { return url }
    if reference.hasPrefix("//") { return HTTPURL("\(scheme):\(reference)") }
    let path = target.prefix { $0 != "?" }
    switch reference.first {
    case "/": return at(reference)
    case "?": return at(path + reference)
    default:
      // A colon before the first slash marks another scheme.
      guard !reference.prefix(while: { $0 != "/" }).contains(":") else { return nil }
      let slash = path.lastIndex(of: "/") ?? path.startIndex
      return at(path[...slash] + reference)
    }
  }

  /// The URL of another resource on the same server; nil if `target` is not valid.
  public func at(_ target: some StringProtocol) -> HTTPURL? {
    HTTPURL(scheme: scheme, authority: authority, target: String(target))
  }

  /// The host, in brackets if it is an IPv6 address, and the port unless it is the default.
  public var authority: String {
    (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
  }

  /// The scheme, host and port: `https://example.com`, `http://localhost:2583`.
  public var origin: String { "\(scheme)://\(authority)" }

  /// Creates a request for this URL.
  public func request(
    _ method: HTTPRequest.Method = .get,
    _ fields: HTTPFields = [:]
  ) -> HTTPRequest {
    HTTPRequest(
      method: method,
      scheme: scheme,
      authority: authority,
      path: target,
      headerFields: fields
    )
  }

  private static func split(_ authority: String) -> (String, UInt16?)? {
    var host = authority[...]
    var port: UInt16?
    if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
      let digits = authority[authority.index(after: colon)...]
      guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(digits),
        number > 0
      else { return nil }
      port = number
      host = authority[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      let literal = String(host.dropFirst().dropLast())
      guard let address = IPAddress(literal), !address.isIPv4 else { return nil }
      return (literal, port)
    }
    guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy(isHostCharacter) else {
      return nil
    }
    return (String(host), port)
  }

  private static func isHostCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func checked(_ target: String) -> String? {
    let sent = target.prefix { $0 != "#" }
    let isPrintable = sent.utf8.allSatisfy {
      (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\")
    }
    guard isPrintable, target.utf8.count <= maximumLength else { return nil }
    return sent.hasPrefix("/") ? String(sent) : "/" + sent
  }
}

extension HTTPURL: CustomStringConvertible {
  /// The text of the URL; a path that is only a slash is left out.
  public var description: String { target == "/" ? origin : origin + target }
}
