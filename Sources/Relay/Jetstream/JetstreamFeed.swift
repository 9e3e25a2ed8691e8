package import ATProtoSyntax
package import XRPC
package import XRPCServer

/// Offers the relay's log in the form of Jetstream: JSON without signatures, filtered by the server.
package final class JetstreamFeed: Sendable {
  /// - Parameters:
  ///   - accounts: finds the number of an account; nil if the relay does not know it.
  package init(
    log: any EventLog,
    broadcast: EventBroadcast,
    accounts: @escaping @Sendable (DID) async throws -> AccountID?,
    configuration: JetstreamConfiguration = JetstreamConfiguration()
  ) {}

  /// `/subscribe`, and `network.bsky.jetstream.subscribeEvents`.
  package var webSockets: [WebSocketRoute] { [] }

  /// `network.bsky.jetstream.getZstdDictionary`.
  package var routes: [XRPCRoute] { [] }
}

package struct JetstreamConfiguration: Sendable {
  /// The oldest event that a cursor reaches.
  package var lookback: Duration = .seconds(36 * 3600)

  package init() {}
}
