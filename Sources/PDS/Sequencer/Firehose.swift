import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCServer

extension EventLogStore {
  /// Appends an event about an account. Subscribers receive it once the transaction is durable.
  func append(_ event: SequenceEvent) throws {
    try append(event.did.string) { sequence, instant in event.frame(sequence, at: instant) }
  }

  /// Removes the events of a deleted account.
  func removeEvents(of did: DID) throws {
    try removeEvents(of: did.string)
  }
}

extension EventBroadcast {
  /// A subscription to `com.atproto.sync.subscribeRepos`.
  func subscribeRepos(cursor: Int?) async throws -> EventSubscription {
    try await subscribe(cursor: cursor) { _ in
      try ComAtproto.Sync.SubscribeRepos.frame(
        .info(
          ComAtproto.Sync.SubscribeRepos.Info(
            name: .outdatedCursor,
            message: "events after the cursor are no longer available"
          )
        )
      )
    }
  }
}
