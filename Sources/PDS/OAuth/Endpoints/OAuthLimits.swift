import XRPC
import XRPCServer

/// The rate limits of the endpoints that OAuth clients call, by the client's network. A server that
/// is an OAuth client has one address for all of its users.
struct OAuthLimits: Sendable {
  private let requests = RateLimiter([.perMinutes(5, 3_000)])
  /// Each stores a row, and can cause documents to be fetched.
  private let pushes = RateLimiter([.perMinutes(5, 1_500)])

  /// Counts a request.
  ///
  /// Throws 429.
  func consume(_ isPush: Bool, _ client: RequestClient) throws(XRPCServerError) {
    guard let network = client.network else { return }
    try client.consume(of: requests, by: network)
    if isPush { try client.consume(of: pushes, by: network) }
  }
}
