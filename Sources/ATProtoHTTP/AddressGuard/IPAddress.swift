#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// An IPv4 or IPv6 address without a port or zone.
public struct IPAddress: Hashable, Sendable {
  /// 4 or 16 bytes, in network byte order.
  public let bytes: [UInt8]

  /// True for IPv4, false for IPv6. An IPv4-mapped IPv6 address is IPv6.
  public var isIPv4: Bool { bytes.count == 4 }

  /// Creates an address from its bytes; nil unless there are 4 or 16.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// Parses four decimal numbers, or an IPv6 address in the text form of RFC 4291, 2.2.
  ///
  /// The abbreviated, octal and hexadecimal forms of IPv4 that some resolvers accept are not valid.
  public init?(_ text: String) {
    // The longest valid text is an IPv4-mapped address in full.
    guard text.utf8.count <= 45 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.bytes = Array(bytes[..<4])
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self.bytes = bytes
    } else {
      return nil
    }
  }

  /// True for `127.0.0.0/8` and `::1`.
  public var isLoopback: Bool {
    isIPv4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
  }
}

extension IPAddress: CustomStringConvertible {
  /// The usual text form; for IPv6 the compressed one (RFC 5952).
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(isIPv4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// The addresses that start with the same bits: `10.0.0.0/8`, `2001:db8::/32`.
public struct IPNetwork: Hashable, Sendable {
  /// An address in the network.
  public let address: IPAddress
  /// The length of the prefix that the addresses share, in bits.
  public let bitCount: Int

  /// Creates a network that contains only one address.
  public init(_ address: IPAddress) {
    self.address = address
    bitCount = 8 * address.bytes.count
  }

  /// Parses an address, optionally followed by a slash and a prefix length (RFC 4632, 3.1; RFC
  /// 4291, 2.3). An address without a prefix length is a network of one address.
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

  /// Whether an address is in the network. IPv4 networks contain no IPv6 addresses, and vice versa.
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
