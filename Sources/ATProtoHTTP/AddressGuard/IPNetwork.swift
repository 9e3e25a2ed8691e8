/// The addresses that begin with the same bits: `10.0.0.0/8`, `2001:db8::/32`.
public struct IPNetwork: Hashable, Sendable {
  /// One of the network's addresses.
  public let address: IPAddress
  /// How many bits its addresses have in common.
  public let bitCount: Int

  /// A network of one address.
  public init(_ address: IPAddress) {
    self.address = address
    bitCount = 8 * address.bytes.count
  }

  /// Reads an address and, after a slash, a number of bits (RFC 4632, 3.1; RFC 4291, 2.3); an
  /// address alone is a network of one.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(String(parts[0])) else { return nil }
    self.init(address)
    guard parts.count > 1 else { return }
    guard (1...3).contains(parts[1].utf8.count), parts[1].allSatisfy(\.isWholeNumber),
      let bitCount = Int(parts[1]), bitCount <= self.bitCount
    else { return nil }
    self.init(address, bitCount)
  }

  private init(_ address: IPAddress, _ bitCount: Int) {
    self.address = address
    self.bitCount = bitCount
  }

  public func contains(_ other: IPAddress) -> Bool {
    guard other.isIPv4 == address.isIPv4 else { return false }
    for index in address.bytes.indices {
      let bits = min(8, bitCount - 8 * index)
      guard bits > 0 else { break }
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
      if (other.bytes[index] ^ address.bytes[index]) & mask != 0 { return false }
    }
    return true
  }
}
