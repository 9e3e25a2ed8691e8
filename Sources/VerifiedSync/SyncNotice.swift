public import ATProtoRepo
public import ATProtoSyntax

/// A notice for the operator of a consumer.
public enum SyncNotice: Sendable {
  /// The firehose is being read, starting after a position.
  case connected(cursor: Int?)
  /// The relay sent `#info`, such as `OutdatedCursor`: events before the oldest available one are
  /// missing. Repositories that have changed are then fetched in turn, and missed changes are
  /// delivered.
  case notice(name: String, message: String)
  /// The connection to the relay was lost.
  case disconnected(reason: String, retryAfter: Duration)
  /// An event was dropped.
  case rejected(did: String, SyncRejection)
  /// A repository was fetched.
  case fetched(DID, records: Int)
  /// A repository could not be fetched, and is tried again later.
  case fetchFailed(DID, reason: String, retryAt: SyncTime)
  /// The relay does not list repositories by collection, so all of them are fetched.
  case listsAll(reason: String)
  /// The stream was reset, and continues with new events.
  case reset(reason: String)
  /// A frame could not be read, and was skipped.
  case malformedFrame(reason: String)
  /// The list of repositories could not be read from the relay; this is repeated.
  case listingFailed(reason: String)
  /// The store failed; the operation is repeated.
  case storeFailed(reason: String)
}
