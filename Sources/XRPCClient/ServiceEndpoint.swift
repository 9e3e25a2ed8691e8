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
    guard let separator = url.firstRange(of: "://") else { return nil }
    let scheme = url[..<separator.lowerBound].lowercased()
    guard scheme == "https" || scheme == "http" else { return nil }
    var authority = url[separator.upperBound...]
    if authority.hasSuffix("/") { authority.removeLast() }
    guard !authority.isEmpty, authority.utf8.count <= 260,
      authority.utf8.allSatisfy(Self.isAllowed)
    else { return nil }
    if !authority.hasPrefix("["), let colon = authority.firstIndex(of: ":") {
      guard colon != authority.startIndex, let port = UInt16(authority[colon...].dropFirst()),
        port > 0
      else { return nil }
    }
    self.scheme = scheme
    self.authority = String(authority)
  }

  /// Characters of host names, of IPv6 literals and of ports.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }
}

extension ServiceEndpoint: CustomStringConvertible {
  public var description: String { "\(scheme)://\(authority)" }
}
