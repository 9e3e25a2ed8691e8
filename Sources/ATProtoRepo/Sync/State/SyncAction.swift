/// An event for a ``SyncState``.
public struct SyncInput: Sendable {
  /// Names the event in actions.
  public var id: UInt64
  /// The host that sent the event.
  public var host: String
  /// The content.
  public var content: FirehoseEvent.Content
  /// The size of the frame in bytes.
  public var size: Int

  /// Creates an input.
  public init(id: UInt64, host: String, content: FirehoseEvent.Content, size: Int) {
    self.id = id
    self.host = host
    self.content = content
    self.size = size
  }
}

/// An accepted event.
public enum SyncOutcome: Sendable {
  /// A `#commit` that was verified.
  case commit(VerifiedCommit)
  /// A `#sync` that was verified.
  case sync(VerifiedSyncMessage)
  /// An `#identity`, with its handle if the DID document claims the same one, and otherwise nil.
  case identity(handle: String?)
  /// An `#account`, with the status that it reports.
  case account(HostedStatus)
}

/// What the driver of a ``SyncState`` must do, in order.
public enum SyncAction: Sendable {
  /// Accept an event. ``SyncState/account`` has already changed.
  case accept(id: UInt64, SyncOutcome)
  /// Drop an event.
  case reject(id: UInt64, SyncRejection)
  /// The repository was fetched, and this commit is its state: announce it with `#sync`.
  case adopted(Commit)
  /// The status at the host was learned without an `#account` event: announce it.
  case statusFound(HostedStatus)
  /// The account has another PDS, or its first one is known now. This comes before the acceptance of
  /// the event that revealed it.
  case moved(from: String?, to: String)
  /// The phase has changed: announce the beginning and the end of ``SyncPhase/desynchronized``.
  case phaseChanged(SyncPhase)
  /// Call ``SyncState/identityResolved(_:claims:at:)`` with the identity, for a refresh not from a
  /// cache.
  case resolveIdentity(isRefresh: Bool)
  /// Call ``SyncState/hostStatusFetched(_:at:)`` with the status that the PDS reports
  /// (`getRepoStatus`).
  case fetchHostStatus
  /// Call ``SyncState/repositoryFetched(_:at:)`` with the commit of the whole repository, verified.
  case fetchRepository
  /// Call ``SyncState/wake(at:)`` at that time or later. Calls at other times are harmless; each
  /// request of this kind counts.
  case wake(at: SyncTime)
}

/// Why something that a ``SyncState`` requested is not available.
public struct SyncFailure: Error, Hashable, Sendable {
  /// The kinds of failures.
  public enum Kind: Hashable, Sendable {
    /// It may be available later.
    case temporary
    /// It does not exist.
    case notFound
    /// The DID has been tombstoned.
    case tombstoned
    /// It exists but cannot be used.
    case invalid
  }

  /// The kind of failure.
  public var kind: Kind
  /// The failure in words.
  public var reason: String

  /// Creates a failure.
  public init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }
}
