import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax

/// A repository of a group in memory: its state, what is stored about it, and what is under way.
struct SyncMember {
  /// The kinds of answers that are under way.
  struct Expected: OptionSet {
    let rawValue: Int
    static let identity = Expected(rawValue: 1)
    static let status = Expected(rawValue: 2)
    static let repository = Expected(rawValue: 4)
    static let revision = Expected(rawValue: 8)
  }

  var state: SyncState
  /// What is stored.
  private(set) var stored: TrackedRepository
  /// What is to be stored, except what follows from ``state``.
  var repository: TrackedRepository
  var expected: Expected = []
  /// Whether the identity must be resolved again at the next attempt.
  var hasDoubtfulIdentity = false
  /// The size in bytes and the number of its waiting events, as counted for the group.
  var countedBytes = 0
  var countedEvents = 0
  /// Whether data was dropped that the next fetch may not include.
  var hasMissedData = false
  /// Whether the next fetch is left to the schedule, because many repositories have to be fetched.
  var isFetchedLater = false
  /// Whether the records are no longer kept, because the account was deleted.
  var isCleared = false
  /// The last event about the account.
  var announced: IdentityChange?

  init(_ repository: TrackedRepository, policy: SyncPolicy) {
    stored = repository
    self.repository = repository
    // Nothing can be verified before the repository was fetched.
    let isSynchronized = !repository.phase.needsFetch && repository.head != nil
    state = SyncState(
      SyncAccount(
        did: repository.did,
        identity: repository.identity,
        head: repository.head,
        phase: isSynchronized ? .synchronized : .desynchronized,
        upstream: repository.status
      ),
      policy: policy
    )
    announced = identityChange
  }

  /// A repository that has not been known, and begins with the commit that is received next.
  init(beginning did: DID, policy: SyncPolicy) {
    stored = TrackedRepository(did: did)
    repository = stored
    state = SyncState(SyncAccount(did: did), policy: policy)
  }

  /// An event says what the handle of the account is. Another one must not lead to the account while
  /// the identity is looked up, however long that takes.
  mutating func takeClaim(_ text: String?) {
    guard let text, let handle = repository.handle, handle.normalized.string != text.lowercased()
    else { return }
    repository.handle = .invalid
  }

  /// Whether the commit that the repository was to begin with was rejected.
  var hasNoBeginning: Bool {
    let account = state.account
    return account.head == nil && account.phase == .synchronized && account.upstream.isActive
      && state.queuedCount == 0 && expected.isEmpty
  }

  /// Whether the repository is to be fetched, but the fetch has not begun. It will include what
  /// happens until then.
  var waitsForFetch: Bool {
    state.account.phase == .desynchronized
      && expected.isDisjoint(with: [.identity, .repository])
  }

  /// Whether the member can be dropped, because everything about it is stored.
  ///
  /// A repository that could not be fetched is also dropped: the store has the time of its next
  /// attempt, and no memory is needed while thousands wait for theirs.
  var canBeDropped: Bool {
    guard expected.isEmpty, state.queuedBytes == 0 else { return false }
    return state.isIdle || state.account.phase == .desynchronized
  }

  /// Updates ``repository`` with the state, and returns it if it must be stored.
  mutating func changes() -> TrackedRepository? {
    let account = state.account
    repository.identity = hasDoubtfulIdentity ? nil : account.identity
    // If the process ends in the meantime, the identity is looked up again.
    if state.isResolvingIdentity { repository.identity?.checkedAt = 0 }
    repository.status = account.upstream
    repository.head = isCleared ? nil : account.head
    repository.phase = phase
    guard repository != stored else { return nil }
    stored = repository
    return repository
  }

  /// The phase of the repository after a restart. Waiting events may be lost in a restart, so while
  /// there are any, the repository counts as desynchronized.
  private var phase: RepositoryPhase {
    let account = state.account
    guard account.upstream.isActive else { return RepositoryPhase(inactive: account.upstream) }
    if repository.head == nil {
      return repository.attempts > 0 ? .error : .pending
    }
    switch account.phase {
    case .synchronized:
      return state.queuedBytes == 0 && !expected.contains(.revision) ? .active : .desynchronized
    case .inProgress: return .resyncing
    case .desynchronized: return repository.attempts > 0 ? .error : .desynchronized
    }
  }

  /// What is known about the account, for an event; nil before the identity was resolved.
  var identityChange: IdentityChange? {
    guard let handle = repository.handle else { return nil }
    let status = state.account.upstream
    let isInError =
      status.isActive && state.account.phase != .synchronized && repository.attempts > 0
    return IdentityChange(
      did: repository.did,
      handle: handle,
      isActive: status.isActive,
      status: status.isActive ? isInError ? "error" : "active" : status.status ?? "inactive"
    )
  }
}

extension RepositoryPhase {
  init(inactive status: HostedStatus) {
    switch status.status {
    case "takendown": self = .takendown
    case "suspended": self = .suspended
    default: self = .deactivated
    }
  }
}
