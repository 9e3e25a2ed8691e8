import ATProtoCrypto
public import ATProtoHTTP
import HTTPTypes
public import XRPC

/// The rate limits that apply before a handler is called. A handler that knows more, such as the
/// account, can count with `request.context.consume(_:of:by:)`.
public struct RateLimitPolicy: Sendable {
  /// A limiter for one method or for all.
  public struct Limit: Sendable {
    /// The method that is limited; nil for all methods together.
    let nsid: String?
    let limiter: RateLimiter
    let key: @Sendable (XRPCContext) -> String?

    /// Creates a limit.
    ///
    /// - Parameters:
    ///   - nsid: the method that is limited; nil for all methods together.
    ///   - key: returns the key whose points a call uses, or nil if the call does not count. By
    ///     default the client's network.
    public init(
      _ nsid: String? = nil,
      _ limiter: RateLimiter,
      key: @escaping @Sendable (XRPCContext) -> String? = { $0.clientNetwork }
    ) {
      self.nsid = nsid
      self.limiter = limiter
      self.key = key
    }
  }

  private let everywhere: [Limit]
  private let methods: [String: [Limit]]
  private let exemptNetworks: [IPNetwork]
  private let exemptKey: SHA256Digest?

  /// Creates a policy.
  ///
  /// - Parameters:
  ///   - freeNetworks: the networks of clients that are exempt.
  ///   - freeKey: exempts a client that sends it as `X-RateLimit-Bypass`.
  public init(
    _ limits: [Limit],
    freeNetworks: [IPNetwork] = [],
    freeKey: String? = nil
  ) {
    everywhere = limits.filter { $0.nsid == nil }
    methods = Dictionary(grouping: limits.filter { $0.nsid != nil }) { $0.nsid ?? "" }
    exemptNetworks = freeNetworks
    exemptKey = freeKey.map { SHA256.hash(Array($0.utf8)) }
  }

  /// Whether rate limits do not apply to a request.
  func exempts(_ headers: HTTPFields, _ address: String?) -> Bool {
    if !exemptNetworks.isEmpty, let address = address.flatMap({ IPAddress($0) }),
      exemptNetworks.contains(where: { $0.contains(address) })
    {
      return true
    }
    guard let exemptKey, let key = headers[.rateLimitBypass] else { return false }
    return ConstantTime.areEqual(SHA256.hash(Array(key.utf8)).bytes, exemptKey.bytes)
  }

  /// Counts a call, even of a method without a route.
  func consume(_ context: XRPCContext) throws(XRPCServerError) {
    for limit in everywhere { try limit.consume(context) }
    for limit in methods[context.nsid] ?? [] { try limit.consume(context) }
  }
}

extension RateLimitPolicy.Limit {
  fileprivate func consume(_ context: XRPCContext) throws(XRPCServerError) {
    guard let key = key(context) else { return }
    try context.consume(of: limiter, by: key)
  }
}

extension XRPCContext {
  /// The client's IPv4 address, or the first 64 bits of its IPv6 address, because a client with one
  /// IP address of such a network usually has all of them.
  public var clientNetwork: String? { ClientAddress.network(of: remoteAddress) }
}

extension HTTPField.Name {
  static let rateLimitBypass = HTTPField.Name("X-RateLimit-Bypass")!
  static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}
