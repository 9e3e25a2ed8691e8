import ComAtprotoAPI
package import XRPC
package import XRPCServer

/// `com.atproto.sync.subscribeRepos`: one stream for all consumers.
package final class Firehose: Sendable {
  package let broadcast: EventBroadcast

  /// - Parameter newest: the last number that was given to an event.
  package init(_ log: ServedLog, startingAfter newest: Int) {
    broadcast = EventBroadcast(
      log: log,
      configuration: EventBroadcastConfiguration(
        maximumFrames: 16_384,
        maximumBytes: 96 << 20,
        pageFrames: 2_000,
        // Of each consumer that catches up. A page is sent before the next one is read, and a
        // consumer that takes longer than the time between two pings counts as dead.
        pageBytes: 256 << 10
      ),
      startingAfter: newest
    )
  }

  package var route: XRPCRoute {
    .subscription(
      ComAtproto.Sync.SubscribeRepos.self,
      sharing: { [self] request in try await subscribe(cursor: request.parameters.cursor) }
    )
  }

  package func subscribe(cursor: Int?) async throws -> EventSubscription {
    try await broadcast.subscribe(cursor: cursor) { oldest in
      try ComAtproto.Sync.SubscribeRepos.frame(
        .info(
          ComAtproto.Sync.SubscribeRepos.Info(
            name: .outdatedCursor,
            message: "the oldest event of this relay is \(oldest)"
          )
        )
      )
    }
  }
}
