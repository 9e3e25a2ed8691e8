import XRPC

/// The client that sent a request which is not a call of a method.
package struct RequestClient: Sendable {
  /// The IP address without a port: the peer's, or the one reported by trusted proxies.
  package var address: String?
  /// True if rate limits do not apply to the client.
  package var isExemptFromRateLimits: Bool

  package init(address: String?, isExemptFromRateLimits: Bool = false) {
    self.address = address
    self.isExemptFromRateLimits = isExemptFromRateLimits
  }

  /// The client's IPv4 address, or the first 64 bits of its IPv6 address.
  package var network: String? { ClientAddress.network(of: address) }

  /// Uses points of a key.
  ///
  /// - Throws: 429 `RateLimitExceeded` if not enough points were left.
  package func consume(
    _ points: Int = 1,
    of limiter: RateLimiter,
    by key: some Hashable
  ) throws(XRPCServerError) {
    guard !isExemptFromRateLimits else { return }
    let status = limiter.consume(points, by: key)
    if status.isExceeded { throw status.error }
  }
}
