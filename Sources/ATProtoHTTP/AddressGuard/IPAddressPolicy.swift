/// Decides which IP addresses may receive a request whose URL comes from untrusted data: a handle, a
/// DID, a service endpoint.
public struct IPAddressPolicy: Hashable, Sendable {
  /// Where requests without TLS may go.
  public enum PlainHTTP: Hashable, Sendable {
    /// To every allowed IP address.
    case anywhere
    /// To loopback addresses only.
    case loopback
    /// Nowhere.
    case nowhere
  }

  /// Whether loopback addresses are allowed, for development.
  public var allowsLoopback: Bool
  /// Whether private networks (RFC 1918, RFC 4193) are allowed.
  public var allowsPrivateNetworks: Bool
  /// Where requests without TLS may go.
  public var plainHTTP: PlainHTTP

  /// Creates a policy that allows public addresses and the given special addresses.
  public init(
    allowsLoopback: Bool = false,
    allowsPrivateNetworks: Bool = false,
    plainHTTP: PlainHTTP = .anywhere
  ) {
    self.allowsLoopback = allowsLoopback
    self.allowsPrivateNetworks = allowsPrivateNetworks
    self.plainHTTP = plainHTTP
  }

  /// Allows only globally reachable addresses.
  public static let publicOnly = IPAddressPolicy()
  /// Allows globally reachable addresses and loopback.
  public static let development = IPAddressPolicy(allowsLoopback: true)
  /// Allows globally reachable addresses, loopback and private networks.
  public static let anyNetwork = IPAddressPolicy(allowsLoopback: true, allowsPrivateNetworks: true)

  /// Whether a request may go to `address`.
  public func allows(_ address: IPAddress) -> Bool {
    refusal(of: address) == nil
  }

  /// Says why a request with this scheme may not go to `address`: the range of a disallowed address,
  /// or that it would be sent without TLS.
  ///
  /// - Returns: nil if the request is allowed.
  public func refusal(of address: IPAddress, scheme: String) -> String? {
    if let range = refusal(of: address) { return range }
    guard scheme == "http" else { return nil }
    switch plainHTTP {
    case .anywhere: return nil
    case .loopback: return address.isLoopback ? nil : "plain HTTP is only allowed on loopback"
    case .nowhere: return "plain HTTP is not allowed"
    }
  }

  /// Names the range of a disallowed address: "private", "link-local", …
  ///
  /// - Returns: nil if the address is allowed.
  public func refusal(of address: IPAddress) -> String? {
    if allowsLoopback && address.isLoopback { return nil }
    let ranges = address.isIPv4 ? AddressRange.specialIPv4 : AddressRange.specialIPv6
    if let range = ranges.first(where: { $0.network.contains(address) }) {
      return allowsPrivateNetworks && range.isPrivateNetwork ? nil : range.name
    }
    // RFC 4291, 2.4, and the IANA registry of IPv6 addresses: global unicast is 2000::/3.
    if !address.isIPv4 && address.bytes[0] & 0xE0 != 0x20 { return "not global unicast" }
    return nil
  }
}

/// A block of the IANA special-purpose address registries (RFC 6890) that is not globally reachable,
/// or that maps to other addresses.
struct AddressRange: Sendable {
  let name: String
  let network: IPNetwork

  init(_ name: String, _ network: IPNetwork) {
    self.name = name
    self.network = network
  }

  /// RFC 1918 and RFC 4193.
  var isPrivateNetwork: Bool { name == "private" || name == "unique local" }

  static let specialIPv4 = [
    AddressRange("this network", IPNetwork("0.0.0.0/8")!),
    AddressRange("private", IPNetwork("10.0.0.0/8")!),
    AddressRange("carrier-grade NAT", IPNetwork("100.64.0.0/10")!),
    AddressRange("loopback", IPNetwork("127.0.0.0/8")!),
    AddressRange("link-local", IPNetwork("169.254.0.0/16")!),
    AddressRange("private", IPNetwork("172.16.0.0/12")!),
    AddressRange("reserved for protocol assignments", IPNetwork("192.0.0.0/24")!),
    AddressRange("reserved for documentation", IPNetwork("192.0.2.0/24")!),
    AddressRange("6to4 relay", IPNetwork("192.88.99.0/24")!),
    AddressRange("private", IPNetwork("192.168.0.0/16")!),
    AddressRange("reserved for benchmarking", IPNetwork("198.18.0.0/15")!),
    AddressRange("reserved for documentation", IPNetwork("198.51.100.0/24")!),
    AddressRange("reserved for documentation", IPNetwork("203.0.113.0/24")!),
    AddressRange("multicast", IPNetwork("224.0.0.0/4")!),
    AddressRange("reserved", IPNetwork("240.0.0.0/4")!),
  ]

  static let specialIPv6 = [
    AddressRange("unspecified", IPNetwork("::/128")!),
    AddressRange("loopback", IPNetwork("::1/128")!),
    AddressRange("IPv4-mapped", IPNetwork("::ffff:0:0/96")!),
    AddressRange("NAT64", IPNetwork("64:ff9b::/96")!),
    AddressRange("local NAT64", IPNetwork("64:ff9b:1::/48")!),
    AddressRange("reserved for protocol assignments", IPNetwork("2001::/23")!),
    AddressRange("reserved for documentation", IPNetwork("2001:db8::/32")!),
    AddressRange("6to4", IPNetwork("2002::/16")!),
    AddressRange("reserved for documentation", IPNetwork("3fff::/20")!),
    AddressRange("unique local", IPNetwork("fc00::/7")!),
    AddressRange("link-local", IPNetwork("fe80::/10")!),
    AddressRange("multicast", IPNetwork("ff00::/8")!),
  ]
}
