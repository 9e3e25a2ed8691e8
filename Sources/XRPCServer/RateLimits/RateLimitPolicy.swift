import ATProtoCrypto
public import ATProtoHTTP
import HTTPTypes
public import XRPC

/// The limits that hold before a handler is asked. A handler that knows more, whose account it is
/// for instance, counts by `request.context.consume(_:of:by:)`.
public struct RateLimitPolicy: Sendable {
  public struct Rule: Sendable {
    /// The method that is limited; nil where all are together.
    let nsid: String?
    let limiter: RateLimiter
    let key: @Sendable (XRPCContext) -> String?

    /// - Parameter key: whose points are taken; nil for nobody's. The client's network by default.
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

  private let everywhere: [Rule]
  private let methods: [String: [Rule]]
  private let freeNetworks: [IPNetwork]
  private let freeKey: SHA256Digest?

  /// - Parameters:
  ///   - freeNetworks: whose clients are not counted.
  ///   - freeKey: who sends it as `X-RateLimit-Bypass` is not counted.
  public init(
    _ rules: [Rule],
    freeNetworks: [IPNetwork] = [],
    freeKey: String? = nil
  ) {
    everywhere = rules.filter { $0.nsid == nil }
    methods = Dictionary(grouping: rules.filter { $0.nsid != nil }) { $0.nsid ?? "" }
    self.freeNetworks = freeNetworks
    self.freeKey = freeKey.map { SHA256.hash(Array($0.utf8)) }
  }

  func frees(_ headers: HTTPFields, _ address: String?) -> Bool {
    if !freeNetworks.isEmpty, let address = address.flatMap({ IPAddress($0) }),
      freeNetworks.contains(where: { $0.contains(address) })
    {
      return true
    }
    guard let freeKey, let key = headers[.rateLimitBypass] else { return false }
    return ConstantTime.areEqual(SHA256.hash(Array(key.utf8)).bytes, freeKey.bytes)
  }

  /// Counts a call, also of a method that is not served.
  func consume(_ context: XRPCContext) throws(XRPCServerError) {
    for rule in everywhere { try rule.consume(context) }
    for rule in methods[context.nsid] ?? [] { try rule.consume(context) }
  }
}

extension RateLimitPolicy.Rule {
  fileprivate func consume(_ context: XRPCContext) throws(XRPCServerError) {
    guard let key = key(context) else { return }
    try context.consume(of: limiter, by: key)
  }
}

extension XRPCContext {
  /// The client's address, of IPv6 the first 64 bits: whoever has one address there has them all.
  public var clientNetwork: String? { ClientAddress.network(of: remoteAddress) }
}

extension HTTPField.Name {
  static let rateLimitBypass = HTTPField.Name("X-RateLimit-Bypass")!
  static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}
