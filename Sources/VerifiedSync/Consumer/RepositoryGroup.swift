import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import Synchronization

/// Follows some of the repositories: takes what happens to them, one input after another, and
/// stores what follows.
actor RepositoryGroup {
  /// The maximum number of idle members in memory.
  static let maximumIdle = 2_000
  /// The maximum number of repositories that may wait in memory to be fetched.
  static let maximumFetching = 500
  /// The maximum number of bytes of events that wait. Data beyond it is dropped, and fetched later.
  static let maximumWaitingBytes = 64 << 20
  /// Fetches of a repository may take up a tenth of the time.
  static let fetchShare: SyncTime = 10
  static let crowdedDelay: SyncTime = 1_000_000

  nonisolated let inbox = GroupInbox()
  /// The number of events of all members that are waiting for an identity or a repository.
  nonisolated let waitingCount = Atomic<Int>(0)
  let environment: SyncEnvironment
  let questions: SyncQuestions
  let tracked: TrackedSet
  let progress: CursorProgress
  let policy: SyncPolicy
  var members: [DID: SyncMember] = [:]
  /// The repositories that are being fetched or wait for that, with events that wait for them.
  var fetching: Set<DID> = []
  /// The bytes of events that wait for an identity or a repository, of all members.
  var waitingBytes = 0

  init(
    _ environment: SyncEnvironment,
    questions: SyncQuestions,
    tracked: TrackedSet,
    progress: CursorProgress,
    policy: SyncPolicy
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

  /// Decides on inputs and stores what follows. Returns the questions to ask.
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
    var changes = batch.changes
    if environment.store.keepsRecords, !changes.isEmpty,
      let cursor = progress.plan(batch.sequences)
    {
      changes.cursors[environment.streamName] = cursor
    }
    if !changes.isEmpty {
      try await environment.persistently { [outbox = environment.outbox, changes] in
        try await outbox.apply(changes)
      }
    }
    progress.finish(batch.sequences)
    for barrier in batch.barriers { barrier.yield() }
    dropIdleMembers()
    return batch.questions.filter { question in
      // A repository that was dropped is found again by its time in the store.
      if case .wake(let did, _) = question { members[did] != nil } else { true }
    }
  }

  /// Loads what is stored about repositories that are not in memory.
  func load(_ inputs: [GroupInput]) async throws {
    let dids = Set(inputs.lazy.filter(\.needsMember).compactMap(\.did))
    for did in dids where members[did] == nil && tracked.contains(did) {
      let repository = try await environment.persistently { [store = environment.store] in
        try await store.repository(did)
      }
      if let repository { members[did] = SyncMember(repository, policy: policy) }
    }
  }

  func dropIdleMembers() {
    guard members.count > Self.maximumIdle else { return }
    members = members.filter { !$0.value.canBeDropped }
  }
}

extension GroupInput {
  /// Whether the repository is to be loaded. Other inputs are useless if it is not in memory.
  var needsMember: Bool {
    switch self {
    case .event, .fetch, .check, .listed, .refresh: true
    case .identity, .status, .revision, .repository, .wake, .remove, .barrier: false
    }
  }

  /// The account; nil if it is not a valid DID.
  var did: DID? {
    switch self {
    case .event(let event, _): try? DID(event.did)
    case .identity(let did, _), .status(let did, _), .repository(let did, _), .wake(let did),
      .fetch(let did), .check(let did), .revision(let did, _), .refresh(let did), .remove(let did):
      did
    case .listed(let repository): repository.did
    case .barrier: nil
    }
  }
}
