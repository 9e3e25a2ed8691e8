/// To which addresses a request may go that a stranger's word started: a handle, a DID, a service
/// endpoint.
public struct IPAddressPolicy: Hashable, Sendable {
  /// For development: this machine may be called.
  public var allowsLoopback: Bool
  /// Networks that are somebody's own may be called.
  public var allowsPrivateNetworks: Bool

  public init(allowsLoopback: Bool = false, allowsPrivateNetworks: Bool = false) {
    self.allowsLoopback = allowsLoopback
    self.allowsPrivateNetworks = allowsPrivateNetworks
  }

  /// Addresses that anybody in the internet can reach, and no other.
  public static let publicOnly = IPAddressPolicy()
  /// The same, and this machine.
  public static let development = IPAddressPolicy(allowsLoopback: true)

  /// The same, this machine, and the networks that it is in.
  public static let anyNetwork = IPAddressPolicy(allowsLoopback: true, allowsPrivateNetworks: true)

  public func allows(_ address: IPAddress) -> Bool {
    refusal(of: address) == nil
  }

  /// What the address is, where it is refused: "private", "link-local", …
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

/// A block of the IANA special-purpose address registries (RFC 6890) that is not globally reachable
/// or leads to other addresses.
struct AddressRange: Sendable {
  let name: String
  let network: IPNetwork

  init(_ name: String, _ network: IPNetwork) {
    self.name = name
    self.network = network
  }

  /// RFC 1918 and RFC 4193: networks that are somebody's own.
  var isPrivateNetwork: Bool { name == "private" || name == "unique local" }

  static let specialIPv4 = [
    AddressRange("this network", IPNetwork("0.0.0.0/8")!),
    AddressRange("private", IPNetwork("10.0.0.0/8")!),
    AddressRange("shared by a carrier", IPNetwork("100.64.0.0/10")!),
    AddressRange("loopback", IPNetwork("127.0.0.0/8")!),
    AddressRange("link-local", IPNetwork("169.254.0.0/16")!),
    AddressRange("private", IPNetwork("172.16.0.0/12")!),
    AddressRange("for protocol assignments", IPNetwork("192.0.0.0/24")!),
    AddressRange("for documentation", IPNetwork("192.0.2.0/24")!),
    AddressRange("a relay for 6to4", IPNetwork("192.88.99.0/24")!),
    AddressRange("private", IPNetwork("192.168.0.0/16")!),
    AddressRange("for benchmarks", IPNetwork("198.18.0.0/15")!),
    AddressRange("for documentation", IPNetwork("198.51.100.0/24")!),
    AddressRange("for documentation", IPNetwork("203.0.113.0/24")!),
    AddressRange("multicast", IPNetwork("224.0.0.0/4")!),
    AddressRange("reserved", IPNetwork("240.0.0.0/4")!),
  ]

  static let specialIPv6 = [
    AddressRange("unspecified", IPNetwork("::/128")!),
    AddressRange("loopback", IPNetwork("::1/128")!),
    AddressRange("IPv4-mapped", IPNetwork("::ffff:0:0/96")!),
    AddressRange("NAT64", IPNetwork("64:ff9b::/96")!),
    AddressRange("local NAT64", IPNetwork("64:ff9b:1::/48")!),
    AddressRange("for protocol assignments", IPNetwork("2001::/23")!),
    AddressRange("for documentation", IPNetwork("2001:db8::/32")!),
    AddressRange("6to4", IPNetwork("2002::/16")!),
    AddressRange("for documentation", IPNetwork("3fff::/20")!),
    AddressRange("unique local", IPNetwork("fc00::/7")!),
    AddressRange("link-local", IPNetwork("fe80::/10")!),
    AddressRange("multicast", IPNetwork("ff00::/8")!),
  ]
}
