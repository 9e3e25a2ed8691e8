public import ATProtoRepo
public import ATProtoSyntax

/// A repository that a consumer keeps in sync: the "small amount of state" for its messages, and what
/// was delivered about its account.
public struct TrackedRepository: Hashable, Sendable {
  /// The account.
  public var did: DID
  /// The phase of the repository.
  public var phase: RepositoryPhase
  /// The last handle that was delivered; nil before the identity was resolved.
  public var handle: Handle?
  /// The status at the host.
  public var status: HostedStatus
  /// The signing key and the PDS, if they are known.
  public var identity: SyncIdentity?
  /// The revision and the root of the tree whose records were delivered; nil before the first fetch.
  public var head: KnownAccount.Head?
  /// The failed attempts to fetch the repository since the last successful one.
  public var attempts: Int
  /// The earliest time of the next attempt; 0 if it is due at once.
  public var nextAttemptAt: SyncTime
  /// Why the last attempt failed.
  public var error: String?

  /// Creates a repository that has not been fetched.
  public init(
    did: DID,
    phase: RepositoryPhase = .pending,
    handle: Handle? = nil,
    status: HostedStatus = .active,
    identity: SyncIdentity? = nil,
    head: KnownAccount.Head? = nil,
    attempts: Int = 0,
    nextAttemptAt: SyncTime = 0,
    error: String? = nil
  ) {
    self.did = did
    self.phase = phase
    self.handle = handle
    self.status = status
    self.identity = identity
    self.head = head
    self.attempts = attempts
    self.nextAttemptAt = nextAttemptAt
    self.error = error
  }
}
