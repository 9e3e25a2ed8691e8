/// To which addresses a request may go that a stranger's word started: a handle, a DID, a service
/// endpoint.
public struct AddressPolicy: Hashable, Sendable {
  /// For development: this machine may be called.
  public var allowsLoopback: Bool
  /// Networks that are somebody's own may be called.
  public var allowsPrivateNetworks: Bool

  public init(allowsLoopback: Bool = false, allowsPrivateNetworks: Bool = false) {
    self.allowsLoopback = allowsLoopback
    self.allowsPrivateNetworks = allowsPrivateNetworks
  }

  /// Addresses that anybody in the internet can reach, and no other.
  public static let publicOnly = AddressPolicy()
  /// The same, and this machine.
  public static let development = AddressPolicy(allowsLoopback: true)

  /// The same, this machine, and the networks that it is in.
  public static let anyNetwork = AddressPolicy(allowsLoopback: true, allowsPrivateNetworks: true)

  public func allows(_ address: IPAddress) -> Bool {
    refusal(of: address) == nil
  }

  /// What the address is, where it is refused: "private", "link-local", …
  public func refusal(of address: IPAddress) -> String? {
    if allowsLoopback && address.isLoopback { return nil }
    let ranges = address.isIPv4 ? AddressRange.specialIPv4 : AddressRange.specialIPv6
    if let range = ranges.first(where: { $0.contains(address) }) {
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
  let prefix: [UInt8]
  let bitCount: Int

  init(_ name: String, _ prefix: [UInt8], _ bitCount: Int) {
    self.name = name
    self.prefix = prefix
    self.bitCount = bitCount
  }

  /// RFC 1918 and RFC 4193: networks that are somebody's own.
  var isPrivateNetwork: Bool { name == "private" || name == "unique local" }

  func contains(_ address: IPAddress) -> Bool {
    for index in prefix.indices {
      let bits = min(8, bitCount - 8 * index)
      guard bits > 0 else { break }
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
      if (address.bytes[index] ^ prefix[index]) & mask != 0 { return false }
    }
    return true
  }

  static let specialIPv4 = [
    AddressRange("this network", [0], 8),
    AddressRange("private", [10], 8),
    AddressRange("shared by a carrier", [100, 64], 10),
    AddressRange("loopback", [127], 8),
    AddressRange("link-local", [169, 254], 16),
    AddressRange("private", [172, 16], 12),
    AddressRange("for protocol assignments", [192, 0, 0], 24),
    AddressRange("for documentation", [192, 0, 2], 24),
    AddressRange("a relay for 6to4", [192, 88, 99], 24),
    AddressRange("private", [192, 168], 16),
    AddressRange("for benchmarks", [198, 18], 15),
    AddressRange("for documentation", [198, 51, 100], 24),
    AddressRange("for documentation", [203, 0, 113], 24),
    AddressRange("multicast", [224], 4),
    AddressRange("reserved", [240], 4),
  ]

  static let specialIPv6 = [
    AddressRange("unspecified", [UInt8](repeating: 0, count: 16), 128),
    AddressRange("loopback", [UInt8](repeating: 0, count: 15) + [1], 128),
    AddressRange("IPv4-mapped", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96),
    AddressRange("NAT64", [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0], 96),
    AddressRange("local NAT64", [0, 0x64, 0xFF, 0x9B, 0, 1], 48),
    AddressRange("for protocol assignments", [0x20, 0x01, 0], 23),
    AddressRange("for documentation", [0x20, 0x01, 0x0D, 0xB8], 32),
    AddressRange("6to4", [0x20, 0x02], 16),
    AddressRange("for documentation", [0x3F, 0xFF, 0], 20),
    AddressRange("unique local", [0xFC], 7),
    AddressRange("link-local", [0xFE, 0x80], 10),
    AddressRange("multicast", [0xFF], 8),
  ]
}
