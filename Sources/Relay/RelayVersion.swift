import ServiceKit

/// How a relay introduces itself to other servers, in `Server` and `User-Agent`.
///
/// Relays recognize each other by `atproto-relay` in these fields, so that they neither crawl each
/// other nor pass requests in circles.
package enum RelayVersion {
  package static let userAgent = "lexgen-relay/\(ServiceVersion.current) (\(mark))"

  /// The text by which relays recognize each other.
  package static let mark = "atproto-relay"
}
