import ATProtoSyntax
import Synchronization

/// Finds repositories that have changed while events were missed: because the relay no longer has
/// the events after the saved position, because no position was saved, or because the stream was
/// reset.
///
/// Their revisions are compared with those that the relay lists; if it does not list them, all are
/// fetched again. They are marked in the store and fetched in turn by ``FetchSchedule``, and those
/// that have not changed yield no events. The stream is read in the meantime, but the position is
/// not saved until all repositories are marked, so that a crash does not lose marks.
final class MissedEvents: Sendable {
  private static let page = 1_000
  /// Attempts to read a page of the list. To fetch all repositories instead may take days, so a
  /// service that is unattended waits several minutes for a relay that has just been restarted.
  private static let attempts = 5
  private static let unattendedAttempts = 20

  private struct State {
    var lastNumber = 0
    /// The requests that have not been taken up.
    var requests: [Int] = []
  }

  private let environment: SyncEnvironment
  private let progress: CursorProgress
  private let tracked: TrackedSet
  private let groups: [RepositoryGroup]
  private let discovery: Discovery
  private let state = Mutex(State())
  private let changes = WakeUps()

  init(
    _ environment: SyncEnvironment,
    _ progress: CursorProgress,
    _ tracked: TrackedSet,
    _ groups: [RepositoryGroup],
    _ discovery: Discovery
  ) {
    self.environment = environment
    self.progress = progress
    self.tracked = tracked
    self.groups = groups
    self.discovery = discovery
  }

  /// Has all repositories checked. From now on, the position is not saved until they are marked.
  func request() {
    state.withLock { state in
      state.lastNumber += 1
      state.requests.append(state.lastNumber)
      progress.hold(state.lastNumber)
    }
    changes.notify()
    discovery.request()
  }

  func end() { changes.end() }

  /// Returns if the task is canceled.
  func run() async {
    let wakeUps = changes.stream()
    var iterator = wakeUps.makeAsyncIterator()
    repeat {
      let numbers = state.withLock { state in
        defer { state.requests = [] }
        return state.requests
      }
      guard !numbers.isEmpty else { continue }
      if await !compare() { await checkAll { _ in true } }
      guard await groups.settled() else { return }
      for number in numbers { progress.release(number) }
    } while await iterator.next() != nil
  }

  /// Returns false if the relay does not list its repositories.
  private func compare() async -> Bool {
    if case .repositories = environment.configuration.boundary { return false }
    var listed: Set<Int> = []
    let attempts = environment.configuration.isUnattended ? Self.unattendedAttempts : Self.attempts
    let isListed = await RelayListing(environment).repositories(attempts: attempts) { page in
      for repository in page where self.tracked.contains(repository.did) {
        listed.insert(repository.did.hashValue)
        await self.groups.group(of: repository.did).inbox.sendInTurn(.listed(repository))
      }
    }
    guard isListed else { return false }
    await checkAll { !listed.contains($0.hashValue) }
    return true
  }

  private func checkAll(where isChecked: (DID) -> Bool) async {
    var last: DID?
    while true {
      let start = last
      let page = try? await environment.persistently { [store = environment.store] in
        try await store.repositories(after: start, limit: Self.page)
      }
      guard let page, let end = page.last else { return }
      for repository in page where repository.phase == .active && isChecked(repository.did) {
        await groups.group(of: repository.did).inbox.sendInTurn(.check(repository.did))
      }
      last = end.did
    }
  }
}

extension [RepositoryGroup] {
  /// Waits until everything that was sent to the groups has been stored. Returns false if the task
  /// is canceled.
  func settled() async -> Bool {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    for group in self { group.inbox.send(.barrier(continuation)) }
    var count = 0
    for await _ in stream {
      count += 1
      if count == self.count { return true }
    }
    return false
  }
}
