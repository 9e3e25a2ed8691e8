/// Finds the addresses of a host: the seam between names and sockets. ``FixedHostResolver`` is
/// the twin for tests.
public protocol HostResolver: Sendable {
  /// The addresses in the order in which they should be tried; never none.
  func addresses(
    of host: String,
    within limit: Duration
  ) async throws(TransportError) -> [IPAddress]
}

/// Knows some hosts and no others.
public struct FixedHostResolver: HostResolver {
  private let table: [String: [IPAddress]]

  public init(_ table: [String: [IPAddress]]) {
    self.table = table
  }

  public func addresses(
    of host: String,
    within limit: Duration
  ) async throws(TransportError) -> [IPAddress] {
    guard let addresses = table[host], !addresses.isEmpty else {
      throw TransportError(code: .cannotConnect, reason: "no address is known of \(host)")
    }
    return addresses
  }
}
