import ATProtoHTTP

/// Checks on the hosts of URLs that strangers publish.
enum PublicHost {
  /// Says why a host cannot be one of the public Internet, or returns nil if it can.
  ///
  /// RFC 6761, RFC 6762 and RFC 8375 reserve names. Whether a name resolves to a public IP address
  /// is the transport's concern.
  static func refusal(of host: String) -> String? {
    if isIPAddress(host) { return "the host must be a domain name, not an IP address" }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count > 1 else { return "the host must have at least two labels" }
    guard labels.allSatisfy({ isLabel($0) }) else { return "the host is not a domain name" }
    switch labels.last {
    case "test", "local", "localhost", "invalid", "example", "internal", "onion", "arpa", "alt":
      return "the top-level domain .\(labels.last ?? "") is not public"
    default: return nil
    }
  }

  /// URL standard, "ends in a number": browsers read such hosts as IPv4 addresses.
  static func isIPAddress(_ host: String) -> Bool {
    if IPAddress(host) != nil { return true }
    let last = host.split(separator: ".").last ?? ""
    if last.hasPrefix("0x") { return last.dropFirst(2).allSatisfy(\.isHexDigit) }
    return last.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
  }
}

extension HTTPURL {
  /// Whether the URL is `http` on a loopback IP address, not a name: `http://127.0.0.1:8080/`,
  /// `http://[::1]/`.
  var isLoopback: Bool {
    scheme == "http" && (host == "127.0.0.1" || host == "::1")
  }

  /// The path without the query.
  var path: Substring { target.prefix { $0 != "?" } }
}
