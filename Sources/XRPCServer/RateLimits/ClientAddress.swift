import ATProtoHTTP

/// Who calls, as far as it may be believed.
///
/// `X-Forwarded-For` lists what each proxy saw, the nearest last. As many entries from its end are
/// true as there are proxies of ours; what stands before them anybody can have written.
struct ClientAddress {
  let trustedProxies: Int

  /// - Parameters:
  ///   - peer: the other end of the connection.
  ///   - forwarded: the values of all `X-Forwarded-For` fields, joined by commas.
  func address(peer: String?, forwarded: String?) -> String? {
    guard trustedProxies > 0, let forwarded else { return peer }
    let entries = forwarded.split(separator: ",")
    // Fewer entries than proxies: the request came in behind the first one.
    guard let entry = entries.suffix(trustedProxies).first else { return peer }
    return Self.address(entry) ?? peer
  }

  /// The address, of IPv6 the first 64 bits.
  static func network(of address: String?) -> String? {
    guard let address, let parsed = IPAddress(address), !parsed.isIPv4 else { return address }
    return IPAddress(bytes: parsed.bytes.prefix(8) + [UInt8](repeating: 0, count: 8))?.description
  }

  /// An entry may carry a port: `192.0.2.1:80`, `[2001:db8::1]:80`.
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
