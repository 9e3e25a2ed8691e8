import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import Synchronization

// What happens to repositories.

extension RepositoryGroup {
  /// Returns the account whose member has changed.
  func take(_ input: GroupInput, _ now: SyncTime, _ batch: inout SyncBatch) -> DID? {
    if case .event(let event, _) = input, let sequence = event.sequence {
      batch.sequences.append(sequence)
    }
    if case .barrier(let continuation) = input { batch.barriers.append(continuation) }
    guard let did = input.did else { return nil }
    if case .remove = input {
      waitingBytes -= members[did]?.countedBytes ?? 0
      waitingCount.subtract(members[did]?.countedEvents ?? 0, ordering: .relaxed)
      members[did] = nil
      fetching.remove(did)
      return nil
    }
    if case .event(let event, let size) = input, members[did] == nil {
      guard discover(did, event, size, &batch) else { return nil }
    }
    guard var member = members[did] else {
      if case .fetch = input { questions.schedule.finished(did) }
      return nil
    }
    if case .event(let event, _) = input, event.isData, member.waitsForFetch {
      // The fetch will include the event.
      if member.canBeDropped { members[did] = nil }
      return nil
    }
    if case .event(let event, let size) = input, event.isData, member.countedBytes > 0,
      waitingBytes + size > Self.maximumWaitingBytes
    {
      members[did]?.hasMissedData = true
      return nil
    }
    let actions = decide(input, &member, now, &batch)
    carryOut(actions, &member, now, &batch)
    members[did] = member
    return did
  }

  func decide(
    _ input: GroupInput,
    _ member: inout SyncMember,
    _ now: SyncTime,
    _ batch: inout SyncBatch
  ) -> [SyncAction] {
    switch input {
    case .event(let event, let size):
      if environment.store.keepsRecords, case .identity(let message) = event.content {
        member.takeClaim(message.handle)
      }
      let input = SyncInput(
        id: UInt64(event.sequence ?? 0),
        host: "",
        content: event.content,
        size: size
      )
      return member.state.receive(input, at: now)
    case .identity(_, let result):
      member.expected.remove(.identity)
      return resolved(result, &member, now)
    case .status(_, let result):
      member.expected.remove(.status)
      return member.state.hostStatusFetched(result, at: now)
    case .repository(let did, let outcome):
      member.expected.remove(.repository)
      fetching.remove(did)
      return fetched(outcome, &member, now, &batch)
    case .check:
      return check(&member, now)
    case .listed(let repository):
      return compare(repository, &member, now)
    case .revision(_, let rev):
      member.expected.remove(.revision)
      guard let rev, let head = member.state.account.head, rev <= head.rev else {
        return member.state.desynchronize(at: now)
      }
      return []
    case .refresh(let did):
      let message = IdentityMessage(did: did.string, handle: nil)
      return member.state.receive(
        SyncInput(id: 0, host: "", content: .identity(message), size: 0),
        at: now
      )
    case .wake, .fetch, .remove, .barrier:
      return member.state.wake(at: now)
    }
  }

  /// Compares a repository with what the relay lists.
  func compare(
    _ listed: ListedRepository,
    _ member: inout SyncMember,
    _ now: SyncTime
  ) -> [SyncAction] {
    let account = member.state.account
    if let isActive = listed.isActive, isActive != account.upstream.isActive {
      let message = AccountMessage(
        did: listed.did.string,
        isActive: isActive,
        status: listed.status
      )
      return member.state.receive(
        SyncInput(id: 0, host: "", content: .account(message), size: 0),
        at: now
      )
    }
    guard let rev = listed.rev, let head = account.head, rev > head.rev else { return [] }
    return check(&member, now)
  }

  /// Does not change repositories that will be fetched anyway, now or when they become active.
  func check(_ member: inout SyncMember, _ now: SyncTime) -> [SyncAction] {
    let account = member.state.account
    guard account.phase == .synchronized, account.upstream.isActive else { return [] }
    member.isFetchedLater = true
    return member.state.desynchronize(at: now)
  }

  func resolved(
    _ result: Result<Identity, SyncFailure>,
    _ member: inout SyncMember,
    _ now: SyncTime
  ) -> [SyncAction] {
    switch result {
    case .success(let identity):
      do throws(IdentityError) {
        let found = SyncIdentity(
          signingKey: try identity.document.signingKey(),
          pds: try identity.document.pds.origin,
          checkedAt: now
        )
        member.repository.handle = identity.handle
        member.hasDoubtfulIdentity = false
        return member.state.identityResolved(.success(found), claims: identity.handle, at: now)
      } catch {
        let failure = SyncFailure(.invalid, error.reason)
        member.repository.error = error.reason
        return member.state.identityResolved(.failure(failure), claims: nil, at: now)
      }
    case .failure(let failure):
      member.repository.error = failure.reason
      // Without an identity, no handle is confirmed.
      if environment.store.keepsRecords, failure.kind != .temporary, member.repository.handle != nil
      {
        member.repository.handle = .invalid
      }
      return member.state.identityResolved(.failure(failure), claims: nil, at: now)
    }
  }

  func fetched(
    _ outcome: FetchOutcome,
    _ member: inout SyncMember,
    _ now: SyncTime,
    _ batch: inout SyncBatch
  ) -> [SyncAction] {
    switch outcome.result {
    case .success(let commit):
      let interval = environment.configuration.resyncInterval.microseconds
      let pause = max(interval, outcome.duration &* Self.fetchShare)
      member.repository.nextAttemptAt = now + pause
      return member.state.repositoryFetched(.success(commit), at: now)
    case .failure(let failure):
      var actions: [SyncAction] = []
      if let status = outcome.status {
        let message = AccountMessage(
          did: member.repository.did.string,
          isActive: false,
          status: status
        )
        actions = member.state.receive(
          SyncInput(id: 0, host: "", content: .account(message), size: 0),
          at: now
        )
      }
      if let time = outcome.retryAt {
        // The fetch was not attempted, because others from the PDS have failed. An index counts it
        // as tried, so that it can tell when everything that can be fetched has been.
        member.repository.nextAttemptAt = time
        if environment.store.keepsRecords, !outcome.isCrowded {
          member.repository.attempts = max(1, member.repository.attempts)
          member.repository.error = failure.reason
        }
      } else {
        postpone(&member, failure.reason, now)
        // The account may have moved.
        member.hasDoubtfulIdentity = failure.kind != .temporary
      }
      return actions + member.state.repositoryFetched(.failure(failure), at: now)
    }
  }

  /// Begins to track a repository that the boundary includes. Returns whether it begins with the
  /// event, so that it need not be fetched.
  func discover(
    _ did: DID,
    _ event: FirehoseEvent,
    _ size: Int,
    _ batch: inout SyncBatch
  ) -> Bool {
    let boundary = environment.configuration.boundary
    guard boundary.includes(event), tracked.insert(did) else { return false }
    batch.changes.added.append(did)
    guard case .collections = boundary, case .commit(let message) = event.content,
      message.isFirst, waitingBytes + size <= Self.maximumWaitingBytes
    else { return false }
    members[did] = SyncMember(beginning: did, policy: policy)
    return true
  }

  /// Sets the time of the next attempt to fetch.
  func postpone(_ member: inout SyncMember, _ reason: String?, _ now: SyncTime) {
    member.repository.attempts = min(member.repository.attempts + 1, 1_000)
    let delay = SyncTime.pause(
      environment.configuration.firstRetry.microseconds,
      environment.configuration.longestRetry.microseconds,
      attempt: member.repository.attempts
    )
    member.repository.nextAttemptAt = now + delay
    if let reason { member.repository.error = reason }
    environment.observer(
      .fetchFailed(
        member.repository.did,
        reason: member.repository.error ?? "unknown",
        retryAt: now + delay
      )
    )
  }

  /// Stores what has changed, and drops the member if it waits for a later attempt.
  func settle(_ did: DID, _ now: SyncTime, _ batch: inout SyncBatch) {
    guard var member = members[did] else { return }
    if member.hasNoBeginning {
      // The first commit was rejected.
      carryOut(member.state.desynchronize(at: now), &member, now, &batch)
    }
    if member.canBeDropped, !member.state.isIdle, member.repository.nextAttemptAt <= now,
      member.state.account.upstream.isActive
    {
      // The fetch has not begun, because the identity is missing.
      postpone(&member, nil, now)
    }
    let bytes = member.state.queuedBytes
    if bytes > 0, member.expected.isEmpty, member.state.account.upstream.isActive,
      member.repository.nextAttemptAt <= now
    {
      // Its events wait for another attempt to resolve the identity. In the meantime, the schedule
      // must not find it again and again.
      member.repository.nextAttemptAt = now + Self.crowdedDelay
    }
    waitingBytes += bytes - member.countedBytes
    member.countedBytes = bytes
    let count = member.state.queuedCount
    waitingCount.add(count - member.countedEvents, ordering: .relaxed)
    member.countedEvents = count
    announce(&member, &batch)
    if let repository = member.changes() { batch.changes.repositories.append(repository) }
    let isOver = member.canBeDropped && !member.state.isIdle
    members[did] = isOver ? nil : member
    if member.state.account.phase != .inProgress, member.expected.isEmpty {
      questions.schedule.finished(did)
    }
  }

  func announce(_ member: inout SyncMember, _ batch: inout SyncBatch) {
    guard let change = member.identityChange, change != member.announced else { return }
    member.announced = change
    batch.changes.events.append(.identity(change))
  }
}

extension FirehoseEvent {
  /// Whether the event is about the repository.
  fileprivate var isData: Bool {
    switch content {
    case .commit, .sync: true
    default: false
    }
  }
}

extension CommitMessage {
  /// Whether the message claims to be the first of its repository. If it is verified, it has all
  /// records.
  fileprivate var isFirst: Bool { since == nil && prevData == nil }
}

extension SyncBoundary {
  /// Whether an event shows that a repository is wanted.
  func includes(_ event: FirehoseEvent) -> Bool {
    switch (self, event.content) {
    case (.network, .commit), (.network, .sync), (.network, .account(_)), (.network, .identity):
      return true
    case (.collections(let patterns), .commit(let message)):
      // A new account is known before it has a record.
      return message.isFirst
        || message.operations.contains { operation in
          let collection = operation.path.prefix { $0 != "/" }
          return patterns.contains { $0.matches(collection) }
        }
    case (.signal(let collection), .commit(let message)):
      let prefix = "\(collection.string)/"
      return message.operations.contains { $0.path.hasPrefix(prefix) }
    default:
      return false
    }
  }
}
