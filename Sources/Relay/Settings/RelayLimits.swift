import ATProtoHTTP
import ComAtprotoAPI
import XRPC
import XRPCServer

/// The limits of one client, so that others get their share. Programs on this machine are exempt.
enum RelayLimits {
  /// The maximum number of streams at once. Each may hold a page of the log in memory.
  static let streams = 2_000
  static let streamsPerClient = 50

  /// Each crawl request that names a new host makes the relay call it.
  static var policy: RateLimitPolicy {
    RateLimitPolicy(
      [.init(ComAtproto.Sync.RequestCrawl.nsid, RateLimiter([.perMinutes(5, 100)]))],
      freeNetworks: ["127.0.0.0/8", "::1/128"].compactMap { IPNetwork($0) }
    )
  }

  /// The descriptors that connections to hosts may take, of all that the process has.
  static func reserved(of descriptors: Int) -> Int { min(descriptors / 4, 4_000) }
}
