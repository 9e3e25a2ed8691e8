package import ATProtoRepo
package import ATProtoSyntax
package import VerifiedSync

/// The state of verified sync, as ``SyncStore`` reads it. Here, and only here, hidden accounts are
/// included. There are no events: records are indexed in the transaction that verifies them.
package protocol SyncReading {
  func repository(_ did: DID) throws -> TrackedRepository?
  func repositories(after did: DID?, limit: Int) throws -> [TrackedRepository]
  func repositoriesToFetch(at now: SyncTime, limit: Int) throws -> [TrackedRepository]
  /// The stored versions of a repository's records after a path, in the order of paths.
  func records(of did: DID, after path: String?, limit: Int) throws -> [RecordVersion]
  func recordCount(of did: DID) throws -> Int
  func cursor(of relay: String) throws -> Int?
  /// The number of repositories in each phase. Cheap.
  func phases() throws -> [RepositoryPhase: Int]
  /// A text that was stored under a name, such as the collections that were backfilled.
  func note(_ name: String) throws -> String?
}

/// Changes to the state of verified sync.
package protocol SyncWriting {
  /// Applies `removed`, `added`, `repositories`, `cleared`, and `cursors`, in this order; not
  /// `records`, `events`, and `acknowledged`. A repository that becomes inactive is hidden, and one
  /// that becomes active is shown, in the same transaction.
  func apply(_ changes: SyncChanges) throws
  /// Nil removes the text.
  func setNote(_ name: String, _ text: String?) throws
}
