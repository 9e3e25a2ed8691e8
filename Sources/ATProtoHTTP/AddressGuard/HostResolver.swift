#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Resolves host names to IP addresses: the seam between names and sockets. ``FixedHostResolver`` is
/// the in-memory twin for tests.
public protocol HostResolver: Sendable {
  /// Resolves `host`.
  ///
  /// - Returns: one or more IP addresses, in the order in which to try them.
  /// - Throws: ``TransportError/Code/cannotConnect`` if the host has no IP address,
  ///   ``TransportError/Code/timedOut`` after `limit`.
  func addresses(
    of host: String,
    within limit: Duration
  ) async throws(TransportError) -> [IPAddress]
}

/// Resolves only the hosts in a table, for tests.
public struct FixedHostResolver: HostResolver {
  private let table: [String: [IPAddress]]

  /// Creates a resolver for the hosts in `table`.
  public init(_ table: [String: [IPAddress]]) {
    self.table = table
  }

  public func addresses(
    of host: String,
    within limit: Duration
  ) async throws(TransportError) -> [IPAddress] {
    guard let addresses = table[host], !addresses.isEmpty else {
      throw .unknownHost(host)
    }
    return addresses
  }
}

/// Resolves hosts with the system's `getaddrinfo`: its hosts file, name servers and order.
public struct SystemHostResolver: HostResolver {
  private static let calls = BlockingCalls(maximum: 64)
  private static let maximumCount = 16

  /// Creates a resolver. All resolvers share 64 threads; further lookups fail while those are busy.
  public init() {}

  public func addresses(
    of host: String,
    within limit: Duration
  ) async throws(TransportError) -> [IPAddress] {
    let answer = await Self.calls.perform(within: limit) { Self.look(up: host) }
    guard let addresses = answer else {
      if Task.isCancelled { throw .cancelled }
      throw TransportError(
        code: .timedOut,
        reason: "cannot resolve \(host): no answer within \(limit)"
      )
    }
    guard !addresses.isEmpty else {
      throw .unknownHost(host)
    }
    return addresses
  }

  private static func look(up host: String) -> [IPAddress] {
    var hints = addrinfo()
    // Request one entry for each IP address, not one for each kind of socket.
    hints.ai_protocol = Int32(IPPROTO_TCP)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = list
    while let entry = next, addresses.count < maximumCount {
      next = entry.pointee.ai_next
      guard let address = entry.pointee.ai_addr.flatMap(IPAddress.init),
        !addresses.contains(address)
      else { continue }
      addresses.append(address)
    }
    return addresses
  }
}

extension TransportError {
  fileprivate static func unknownHost(_ host: String) -> TransportError {
    TransportError(code: .cannotConnect, reason: "cannot resolve \(host): no IP address found")
  }
}

extension IPAddress {
  /// Creates an address from a socket address; nil for other families.
  fileprivate init?(_ address: UnsafeMutablePointer<sockaddr>) {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      let bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin_addr) { [UInt8]($0) }
      }
      self.init(bytes: bytes)
    case AF_INET6:
      let bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin6_addr) { [UInt8]($0) }
      }
      self.init(bytes: bytes)
    default: return nil
    }
  }
}
