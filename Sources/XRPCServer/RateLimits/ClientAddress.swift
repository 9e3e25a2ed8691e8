import ATProtoHTTP

/// Determines the client's IP address.
///
/// `X-Forwarded-For` lists the address that each reverse proxy saw, the nearest proxy last. The
/// last entries can be trusted, one for each trusted proxy; a client can forge all earlier ones.
struct ClientAddress {
  let trustedProxies: Int

  /// Returns the client's IP address.
  ///
  /// - Parameters:
  ///   - peer: the other end of the connection.
  ///   - forwarded: the values of all `X-Forwarded-For` fields, joined by commas.
  func address(peer: String?, forwarded: String?) -> String? {
    guard trustedProxies > 0, let forwarded else { return peer }
    let entries = forwarded.split(separator: ",")
    // With fewer entries than proxies, the request came in after the first proxy.
    guard let entry = entries.suffix(trustedProxies).first else { return peer }
    return Self.address(entry) ?? peer
  }

  /// Returns an IPv4 address, or the first 64 bits of an IPv6 address.
  static func network(of address: String?) -> String? {
    guard let address, let parsed = IPAddress(address), !parsed.isIPv4 else { return address }
    return IPAddress(bytes: parsed.bytes.prefix(8) + [UInt8](repeating: 0, count: 8))?.description
  }

  /// Parses an entry, which may have a port: `192.0.2.1:80`, `[2001:db8::1]:80`.
  private static func address(_ entry: Substring) -> String? {
    let entry = entry.drop { $0 == " " || $0 == "\t" }
    let text =
      if entry.first == "[" {
        entry.dropFirst().prefix { $0 != "]" }
      } else if entry.contains(".") {
        entry.prefix { $0 != ":" && $0 != " " }
      } else {
        entry.prefix { $0 != " " }
      }
    return IPAddress(String(text))?.description
  }
}
