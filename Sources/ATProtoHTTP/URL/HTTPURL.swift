public import HTTPTypes

// RFC 3986 and RFC 9110, 4.2, narrowed to what may be called:
//
//   url       = ( "http" / "https" ) "://" host [ ":" port ] [ path ] [ "?" query ] [ "#" fragment ]
//   host      = 1*253( ALPHA / DIGIT / "-" / "." / "_" ) / "[" IPv6 "]"
//
// No user information: what stands before an "@" is taken for the host by too many readers.

/// The address of a resource on the web.
public struct HTTPURL: Hashable, Sendable {
  static let maximumLength = 2048

  /// `http` or `https`.
  public let scheme: String
  /// In lower case; an IPv6 address without its brackets.
  public let host: String
  /// Nil for the scheme's own.
  public let port: UInt16?
  /// Path and query, beginning with a slash. Fragments are not part of a request.
  public let target: String

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

  /// Of a host at hand: `https`, unless told otherwise.
  ///
  /// - Parameter target: a path, beginning with a slash.
  public init?(scheme: String = "https", host: String, port: UInt16? = nil, target: String = "/") {
    let authority = host + (port.map { ":\($0)" } ?? "")
    self.init(scheme: scheme, authority: authority.lowercased(), target: target)
  }

  /// The URL that `reference` means in a resource at this one, such as the `Location` of a
  /// redirection (RFC 9110, 10.2.2); nil where it cannot be called.
  public func resolving(_ reference: String) -> HTTPURL? {
    if reference.contains("://"), let url = HTTPURL(reference) { return url }
    if reference.hasPrefix("//") { return HTTPURL("\(scheme):\(reference)") }
    let path = target.prefix { $0 != "?" }
    switch reference.first {
    case "/": return at(reference)
    case "?": return at(path + reference)
    default:
      // A colon before the first slash is another scheme.
      guard !reference.prefix(while: { $0 != "/" }).contains(":") else { return nil }
      let slash = path.lastIndex(of: "/") ?? path.startIndex
      return at(path[...slash] + reference)
    }
  }

  /// Another resource of the same server.
  public func at(_ target: some StringProtocol) -> HTTPURL? {
    HTTPURL(scheme: scheme, authority: authority, target: String(target))
  }

  /// Host and, unless it is the scheme's own, port.
  public var authority: String {
    (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
  }

  /// Scheme, host and port: what a service is called by.
  public var origin: String { "\(scheme)://\(authority)" }

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
  /// Without a path that is only a slash.
  public var description: String { target == "/" ? origin : origin + target }
}
