import ATProtoHTTP
import XRPC
import XRPCServer

/// The limits of one client, so that others get their share. Programs on this machine are exempt.
/// Those of one reporter are in `Reports`, because they need the account.
enum LabelerLimits {
  /// Event streams that one client may have open; an app view needs one.
  static let streamsPerClient = 50

  /// Attempts to log in to the review page, by client network: each makes the labeler look up an
  /// identity and call its server.
  static let logIns = [RateLimit.perMinutes(5, 20)]

  static var policy: RateLimitPolicy {
    RateLimitPolicy(
      [.init(nil, RateLimiter([.perMinutes(5, 3_000)]))],
      freeNetworks: ["127.0.0.0/8", "::1/128"].compactMap { IPNetwork($0) }
    )
  }
}
