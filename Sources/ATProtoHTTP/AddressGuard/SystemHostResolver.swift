#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Asks the system, as `getaddrinfo` does: its hosts file, its name servers, its order.
public struct SystemHostResolver: HostResolver {
  private static let calls = BlockingCalls(maximum: 64)
  private static let maximumCount = 16

  public init() {}

  public func addresses(
    of host: String,
    within limit: Duration
  ) async throws(TransportError) -> [IPAddress] {
    let answer = await Self.calls.perform(within: limit) { Self.look(up: host) }
    guard let addresses = answer else {
      if Task.isCancelled {
        throw TransportError(code: .cancelled, reason: "the call was cancelled")
      }
      throw TransportError(code: .timedOut, reason: "no address of \(host) within \(limit)")
    }
    guard !addresses.isEmpty else {
      throw TransportError(code: .cannotConnect, reason: "\(host) has no address")
    }
    return addresses
  }

  private static func look(up host: String) -> [IPAddress] {
    var hints = addrinfo()
    // One entry for each address, not one for each kind of socket.
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

extension IPAddress {
  /// The address of a socket address; nil for other families.
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
