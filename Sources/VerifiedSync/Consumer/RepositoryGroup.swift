import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax

/// Follows some of the repositories: takes what happens to them, one input after another, and stores
/// what follows.
actor RepositoryGroup {
  /// The most members in memory that do nothing at the moment.
  private static let maximumIdle = 2_000
  /// A repository may be fetched for a tenth of the time.
  private static let fetchShare: SyncTime = 10
  private static let firstRetry: SyncTime = 60_000_000
  private static let longestRetry: SyncTime = 3_600_000_000

  nonisolated let inbox = GroupInbox()
  private let environment: SyncEnvironment
  private let questions: SyncQuestions
  private let tracked: TrackedSet
  private let progress: CursorProgress
  private let policy: SyncPolicy
  private var members: [DID: SyncMember] = [:]

  init(
    _ environment: SyncEnvironment,
    questions: SyncQuestions,
    tracked: TrackedSet,
    progress: CursorProgress,
    policy: SyncPolicy = .consumer
  ) {
    self.environment = environment
    self.questions = questions
    self.tracked = tracked
    self.progress = progress
    self.policy = policy
  }

  func run() async {
    let wakeUps = inbox.wakeUps()
    await withDiscardingTaskGroup { tasks in
      while let inputs = await inbox.next(wakeUps) {
        guard let questions = try? await process(inputs) else { break }
        for question in questions {
          tasks.addTask { await self.questions.ask(question, for: self.inbox) }
        }
      }
      tasks.cancelAll()
    }
  }

  /// Decides about inputs and stores what follows. Returns the questions to ask.
  func process(_ inputs: [GroupInput]) async throws -> [SyncBatch.Question] {
    try await load(inputs)
    var batch = SyncBatch()
    let now = environment.clock.now
    var changed: [DID] = []
    for input in inputs {
      guard let did = take(input, now, &batch) else { continue }
      if changed.last != did { changed.append(did) }
    }
    for did in Set(changed) { settle(did, now, &batch) }
    let changes = batch.changes
    if !changes.isEmpty {
      try await environment.persistently { [outbox = environment.outbox] in
        try await outbox.apply(changes)
      }
    }
    progress.finish(batch.sequences)
    dropIdleMembers()
    return batch.questions
  }

  /// Loads what is stored about repositories that are not in memory.
  private func load(_ inputs: [GroupInput]) async throws {
    for did in Set(inputs.compactMap(\.did)) where members[did] == nil && tracked.contains(did) {
      let repository = try await environment.persistently { [store = environment.store] in
        try await store.repository(did)
      }
      if let repository { members[did] = SyncMember(repository, policy: policy) }
    }
  }

  private func dropIdleMembers() {
    guard members.count > Self.maximumIdle else { return }
    members = members.filter { !$0.value.canBeDropped }
  }
}

extension GroupInput {
  /// The account; nil if it is not a valid DID.
  fileprivate var did: DID? {
    switch self {
    case .event(let event, _): try? DID(event.did)
    case .identity(let did, _), .status(let did, _), .repository(let did, _), .wake(let did),
      .fetch(let did), .remove(let did):
      did
    }
  }
}

// MARK: Inputs

extension RepositoryGroup {
  /// Returns the account whose member has changed.
  private func take(_ input: GroupInput, _ now: SyncTime, _ batch: inout SyncBatch) -> DID? {
    if case .event(let event, _) = input, let sequence = event.sequence {
      batch.sequences.append(sequence)
    }
    guard let did = input.did else { return nil }
    if case .remove = input {
      members[did] = nil
      return nil
    }
    if case .event(let event, _) = input, members[did] == nil {
      discover(did, event, &batch)
      return nil
    }
    guard var member = members[did] else { return nil }
    if case .event(let event, _) = input, event.isData, member.waitsForFetch {
      // The fetch has its own time.
      if member.canBeDropped { members[did] = nil }
      return nil
    }
    let actions = decide(input, &member, now, &batch)
    carryOut(actions, &member, now, &batch)
    members[did] = member
    return did
  }

  private func decide(
    _ input: GroupInput,
    _ member: inout SyncMember,
    _ now: SyncTime,
    _ batch: inout SyncBatch
  ) -> [SyncAction] {
    switch input {
    case .event(let event, let size):
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
    case .repository(_, let outcome):
      member.expected.remove(.repository)
      return fetched(outcome, &member, now, &batch)
    case .wake, .fetch, .remove:
      return member.state.wake(at: now)
    }
  }

  private func resolved(
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
      return member.state.identityResolved(.failure(failure), claims: nil, at: now)
    }
  }

  private func fetched(
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
        // It has not been tried, because other fetches from the PDS have failed.
        member.repository.nextAttemptAt = time
      } else {
        postpone(&member, failure.reason, now)
        // The account may have moved.
        member.hasDoubtfulIdentity = failure.kind != .temporary
      }
      return actions + member.state.repositoryFetched(.failure(failure), at: now)
    }
  }

  /// Begins to track a repository that the boundary includes.
  private func discover(_ did: DID, _ event: FirehoseEvent, _ batch: inout SyncBatch) {
    guard environment.configuration.boundary.includes(event), tracked.insert(did) else { return }
    batch.changes.added.append(did)
  }

  /// Sets the time of the next attempt to fetch: after one minute, doubling up to an hour.
  private func postpone(_ member: inout SyncMember, _ reason: String?, _ now: SyncTime) {
    member.repository.attempts = min(member.repository.attempts + 1, 1_000)
    let exponent = SyncTime(min(member.repository.attempts - 1, 20))
    let delay = min(Self.firstRetry << exponent, Self.longestRetry)
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
  private func settle(_ did: DID, _ now: SyncTime, _ batch: inout SyncBatch) {
    guard var member = members[did] else { return }
    if member.canBeDropped, !member.state.isIdle, member.repository.nextAttemptAt <= now,
      member.state.account.upstream.isActive
    {
      // The fetch has not even begun, for want of an identity.
      postpone(&member, nil, now)
    }
    announce(&member, &batch)
    if let repository = member.changes() { batch.changes.repositories.append(repository) }
    let isOver = member.canBeDropped && !member.state.isIdle
    members[did] = isOver ? nil : member
    if member.state.account.phase != .inProgress, !member.expected.contains(.repository) {
      questions.schedule.finished(did)
    }
  }

  private func announce(_ member: inout SyncMember, _ batch: inout SyncBatch) {
    guard let change = member.identityChange, change != member.announced else { return }
    member.announced = change
    batch.changes.events.append(.identity(change))
  }
}

// MARK: Actions

extension RepositoryGroup {
  private func carryOut(
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
        environment.observer(.rejected(did: did.string, rejection))
      case .adopted:
        member.isCleared = false
        member.repository.attempts = 0
        member.repository.error = nil
        announce(&member, &batch)
      case .resolveIdentity(let isRefresh):
        member.expected.insert(.identity)
        batch.questions.append(.identity(did, isRefresh: isRefresh))
      case .fetchHostStatus:
        guard let identity = member.state.account.identity else { continue }
        member.expected.insert(.status)
        batch.questions.append(.status(did, identity))
      case .fetchRepository:
        fetch(&member, now, &batch)
      case .wake(let time):
        batch.questions.append(.wake(did, at: time))
      case .reject, .moved, .phaseChanged: break
      }
    }
  }

  private func take(
    _ status: HostedStatus,
    _ member: inout SyncMember,
    _ now: SyncTime,
    _ batch: inout SyncBatch
  ) {
    let did = member.repository.did
    announce(&member, &batch)
    if status.status == "deleted", !status.isActive {
      // "Services may … delete" what they have (Account Hosting specification).
      batch.clear(did)
      member.isCleared = true
    } else if status.isActive, member.isCleared, member.expected.isEmpty {
      carryOut(member.state.desynchronize(at: now), &member, now, &batch)
    }
  }

  private func fetch(_ member: inout SyncMember, _ now: SyncTime, _ batch: inout SyncBatch) {
    let repository = member.repository
    guard let identity = member.state.account.identity else { return }
    guard repository.attempts == 0 || repository.nextAttemptAt <= now else {
      // Its time has not come.
      let failure = SyncFailure(.temporary, "the repository could not be fetched")
      carryOut(member.state.repositoryFetched(.failure(failure), at: now), &member, now, &batch)
      return
    }
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

extension FirehoseEvent {
  /// Whether the event is about the repository.
  fileprivate var isData: Bool {
    switch content {
    case .commit, .sync: true
    default: false
    }
  }
}

extension SyncBoundary {
  /// Whether an event shows that a repository is wanted.
  func includes(_ event: FirehoseEvent) -> Bool {
    switch (self, event.content) {
    case (.network, .commit), (.network, .sync), (.network, .account(_)), (.network, .identity):
      return true
    case (.signal(let collection), .commit(let message)):
      let prefix = "\(collection.string)/"
      return message.operations.contains { $0.path.hasPrefix(prefix) }
    default:
      return false
    }
  }
}
