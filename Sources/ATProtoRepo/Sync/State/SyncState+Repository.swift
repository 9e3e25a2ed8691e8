import ATProtoSyntax

// The whole repository, which heals a broken chain: "If the chain of `#commit` messages is found to
// have broken … then the service will need to re-synchronize the repository" (Sync specification,
// "Reliable Repository Synchronization").

extension SyncState {
  private static let firstPause: SyncTime = 60_000_000
  private static let longestPause: SyncTime = 3_600_000_000

  /// Wants the repository, unless it is wanted or on its way.
  mutating func beginFetch(_ actions: inout [SyncAction]) {
    switch fetch.stage {
    case .wanted, .running: return
    case .idle, .pausing: fetch.stage = .wanted
    }
    if account.phase == .synchronized { change(to: .inProgress, &actions) }
  }

  mutating func takeRepository(
    _ result: Result<Commit, SyncFailure>,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) {
    guard fetch.stage == .running else { return }
    guard case .success(let commit) = result, isAcceptable(commit, now) else {
      return pauseFetch(now, &actions)
    }
    fetch = RepositoryFetch()
    adopt(commit)
    actions.append(.adopted(commit))
    if !held.isEmpty {
      queue = held + queue
      held = []
      failedSignature = nil
    }
  }

  /// A host or mirror may serve an old state, and a rev in the future would block the account.
  private func isAcceptable(_ commit: Commit, _ now: SyncTime) -> Bool {
    guard account.identity != nil, commit.did == account.did,
      !policy.verifier.isInFuture(commit.rev, at: now)
    else { return false }
    guard let head = account.head else { return true }
    return commit.rev >= head.rev
  }

  private mutating func pauseFetch(_ now: SyncTime, _ actions: inout [SyncAction]) {
    fetch.attempt += 1
    let delay = SyncTime.backOff(
      from: Self.firstPause,
      to: Self.longestPause,
      attempt: fetch.attempt
    )
    fetch.stage = .pausing(until: now.adding(delay))
    actions.append(.wake(at: now.adding(delay)))
    missedHost = nil
    for event in held {
      _ = reject(event, .desynchronized, "the repository could not be fetched", &actions)
    }
    held = []
    if account.phase != .desynchronized { change(to: .desynchronized, &actions) }
  }

  /// After all decisions: starts a fetch that is wanted, or ends the phase.
  mutating func settle(_ now: SyncTime, _ actions: inout [SyncAction]) {
    if fetch.stage == .idle, queue.isEmpty, let host = missedHost {
      missedHost = nil
      if !policy.checksHost || host == account.identity?.pds { beginFetch(&actions) }
    }
    switch fetch.stage {
    case .wanted where account.identity != nil:
      fetch.stage = .running
      actions.append(.fetchRepository)
    case .wanted where brokenIdentity != nil:
      pauseFetch(now, &actions)
    case .wanted where lookup == nil:
      resolveIdentity(isRefresh: false, now, &actions)
    case .idle where queue.isEmpty && account.phase != .synchronized:
      change(to: .synchronized, &actions)
    default: break
    }
  }

  private mutating func change(to phase: SyncPhase, _ actions: inout [SyncAction]) {
    account.phase = phase
    actions.append(.phaseChanged(phase))
  }
}

/// A fetch of the whole repository.
struct RepositoryFetch: Sendable {
  enum Stage: Hashable, Sendable {
    /// The repository is not needed.
    case idle
    /// The fetch begins as soon as the identity is known.
    case wanted
    case running
    /// The last attempt has failed.
    case pausing(until: SyncTime)
  }

  var stage = Stage.idle
  /// The number of attempts that have failed.
  var attempt = 0
}
