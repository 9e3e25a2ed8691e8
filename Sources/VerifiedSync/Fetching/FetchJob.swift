import ATProtoRepo
import ATProtoSyntax

/// A repository to fetch.
struct FetchJob: Sendable {
  var did: DID
  var identity: SyncIdentity
  /// The known revision; an older repository is useless.
  var rev: TID?
  var notBefore: SyncTime
}

/// The result of fetching a repository, whose records have been stored.
struct FetchOutcome: Sendable {
  /// What the fetch reveals about the PDS.
  enum Host: Sendable {
    case works
    /// It cannot be reached, or asks for fewer requests.
    case fails
    /// Nothing: the repository is at fault.
    case unknown
  }

  var result: Result<Commit, SyncFailure>
  /// Why the PDS does not give out the repository: `takendown`, `suspended`, `deactivated`.
  var status: String?
  /// The time of the next attempt, if there was none.
  var retryAt: SyncTime?
  /// Whether there was no attempt because others take too long, so that nothing is known about the
  /// repository.
  var isCrowded = false
  var duration: SyncTime = 0
  var host = Host.unknown
}
