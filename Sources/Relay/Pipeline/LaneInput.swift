import ATProtoRepo
import ATProtoSyntax

/// What a lane takes in order, for one account.
enum LaneInput: Sendable {
  /// An event of a host.
  case event(UpstreamEvent)
  /// The answer to a lookup.
  case identity(Result<ResolvedIdentity, SyncFailure>)
  case hostStatus(Result<HostedStatus, SyncFailure>)
  case repository(Result<FetchedRepository, SyncFailure>)
  /// The repository after a `#sync` message, for the index of collections.
  case collections(Result<FetchedRepository, SyncFailure>)
  /// The relay has started while the repository had to be fetched.
  case resume
  /// A decision of the operator: `takendown`, or `active`, which lifts it.
  case decision(LocalStatus, done: @Sendable (DecisionResult) -> Void)
  /// The host has a place for an account that is throttled.
  case admission(done: @Sendable () -> Void)
}

/// The outcome of an operator's decision.
enum DecisionResult: Sendable {
  /// It is durable. The number is that of its event, if there was anything to announce.
  case stored(sequence: Int?)
  case unknownAccount
  case stopped
}

/// What a lane takes, for one account or for itself.
enum LaneMessage: Sendable {
  case account(DID, LaneInput)
  /// Rows of the store, for accounts that were not in memory.
  case loaded([DID: AccountRow], requested: [DID])
  /// The store could not be read.
  case notLoaded([DID])
  /// Events that are waiting are abandoned.
  case stop
}
