public import ATProtoHTTP

/// Looks up TXT records at name servers, on threads of its own.
public struct SystemTXTResolver: TXTResolver {
  /// A name server to use instead of the system's.
  public struct Server: Hashable, Sendable {
    let address: IPAddress
    let port: UInt16

    /// Creates a name server; nil unless `address` is an IPv4 address.
    public init?(_ address: IPAddress, port: UInt16 = 53) {
      guard address.isIPv4 else { return nil }
      self.init(any: address, port: port)
    }

    /// Creates a name server with an IPv4 or IPv6 address.
    init(any address: IPAddress, port: UInt16 = 53) {
      self.address = address
      self.port = port
    }

    /// Parses an IPv4 address with or without a port: `127.0.0.1`, `127.0.0.1:5353`.
    public init?(_ text: String) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let port = parts.count == 2 ? UInt16(parts[1]) : 53
      guard parts.count <= 2, let port, port > 0, let address = IPAddress(String(parts[0])) else {
        return nil
      }
      self.init(address, port: port)
    }
  }

  private static let calls = BlockingCalls(maximum: 64)

  private let server: Server?

  /// Creates a resolver.
  ///
  /// - Parameter server: the name server to use; nil for the system's.
  public init(server: Server? = nil) {
    self.server = server
  }

  /// Queries the name servers.
  public func records(
    of name: String,
    within limit: Duration
  ) async throws(IdentityError) -> [TXTRecord] {
    guard let query = DNSQuery(textsOf: name) else {
      throw IdentityError(.notFound, "\(name.prefix(300)) is not a valid domain name")
    }
    let servers = server.map { [$0] } ?? NameServerList.system()
    let deadline = ContinuousClock.now + limit
    let answer = await Self.calls.perform(within: limit) {
      DNSExchange(query: query, servers: servers, deadline: deadline).run()
    }
    switch answer {
    case .answered(let records)?: return records
    case .failed(let reason)?:
      throw IdentityError(.unreachable, "cannot look up \(name): \(reason)")
    case .silent?, nil:
      if Task.isCancelled { throw IdentityError(.cancelled, "the call was canceled") }
      throw IdentityError(
        .timedOut,
        "cannot look up \(name): the name servers did not answer within \(limit)"
      )
    }
  }
}
