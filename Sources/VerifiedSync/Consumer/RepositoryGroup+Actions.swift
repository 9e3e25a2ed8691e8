import ATProtoRepo
import ATProtoSyntax

// The actions that the states request.

extension RepositoryGroup {
  func carryOut(
    _ actions: [SyncAction],
    _ member: inout SyncMember,
    _ now: SyncTime,
    _ batch: inout SyncBatch
  ) {
    let did = member.repository.did
    for action in actions {
      switch action {
      case .accept(_, .commit(let commit)):
        batch.add(commit, environment.configuration.collections)
      case .accept(_, .account(let status)), .statusFound(let status):
        take(status, &member, now, &batch)
      case .accept(_, .sync), .accept(_, .identity):
        announce(&member, &batch)
      case .reject(let id, let rejection) where id != 0:
        environment.counters.countRejection(rejection.reason)
        environment.observer(.rejected(did: did.string, rejection))
      case .adopted:
        // If the records were erased while the repository was fetched, some are missing.
        if !member.hasMissedData { member.isCleared = false }
        member.repository.attempts = 0
        member.repository.error = nil
        announce(&member, &batch)
      case .resolveIdentity(let isRefresh):
        member.expected.insert(.identity)
        batch.questions.append(.identity(did, isRefresh: isRefresh))
      case .fetchHostStatus where environment.store.keepsRecords:
        // What is shown is up to the relay; see ``take(_:_:_:_:)`` for its `#account` events.
        let failure = SyncFailure(.temporary, "the relay reports the account as inactive")
        carryOut(member.state.hostStatusFetched(.failure(failure), at: now), &member, now, &batch)
      case .fetchHostStatus:
        guard let identity = member.state.account.identity else { continue }
        member.expected.insert(.status)
        batch.questions.append(.status(did, identity))
      case .fetchRepository:
        fetch(&member, now, &batch)
      case .wake(let time):
        batch.questions.append(.wake(did, at: time))
      case .phaseChanged(.synchronized) where member.hasMissedData:
        member.hasMissedData = false
        carryOut(member.state.desynchronize(at: now), &member, now, &batch)
      case .reject, .moved, .phaseChanged: break
      }
    }
  }

  func take(
    _ status: HostedStatus,
    _ member: inout SyncMember,
    _ now: SyncTime,
    _ batch: inout SyncBatch
  ) {
    let did = member.repository.did
    let wasActive = member.repository.status.isActive
    member.repository.status = status
    announce(&member, &batch)
    if status.status == "deleted", !status.isActive {
      // "Services may … delete" what they have (Account Hosting specification).
      batch.clear(did)
      member.isCleared = true
      if member.expected.contains(.repository) { member.hasMissedData = true }
    } else if status.isActive, member.isCleared, member.expected.isEmpty {
      carryOut(member.state.desynchronize(at: now), &member, now, &batch)
    } else if status.isActive, !wasActive, environment.store.keepsRecords,
      member.state.account.head != nil, member.state.account.phase == .synchronized
    {
      // Commits of the meantime were dropped.
      member.expected.insert(.revision)
      batch.questions.append(.revision(did))
    }
  }

  func fetch(_ member: inout SyncMember, _ now: SyncTime, _ batch: inout SyncBatch) {
    let repository = member.repository
    guard let identity = member.state.account.identity else { return }
    guard repository.attempts == 0 || repository.nextAttemptAt <= now else {
      // It is not due yet.
      let failure = SyncFailure(.temporary, "the repository could not be fetched")
      carryOut(member.state.repositoryFetched(.failure(failure), at: now), &member, now, &batch)
      return
    }
    guard fetching.count < Self.maximumFetching, !member.isFetchedLater else {
      // The schedule finds it again when others are done.
      member.isFetchedLater = false
      member.repository.nextAttemptAt = max(
        member.repository.nextAttemptAt,
        now + Self.crowdedDelay
      )
      let failure = SyncFailure(.temporary, "too many repositories are being fetched")
      carryOut(member.state.repositoryFetched(.failure(failure), at: now), &member, now, &batch)
      return
    }
    fetching.insert(repository.did)
    member.expected.insert(.repository)
    batch.questions.append(
      .repository(
        FetchJob(
          did: repository.did,
          identity: identity,
          rev: repository.head?.rev,
          notBefore: repository.nextAttemptAt
        )
      )
    )
  }
}
