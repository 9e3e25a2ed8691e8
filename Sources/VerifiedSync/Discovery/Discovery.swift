import ATProtoRepo
import ATProtoSyntax
import Synchronization

/// How far a ``SyncConsumer`` has read the relay's lists of repositories.
public struct SyncDiscovery: Hashable, Sendable {
  /// The repositories that were listed, counted once for each list that has them.
  public var listed = 0
  /// Whether all lists have been read to their ends, and what follows has been stored.
  public var isComplete = false

  /// Creates the state before the first list.
  public init() {}
}

/// Finds the repositories of the boundary that exist already; new ones appear in the firehose.
///
/// The lists are read after the stream has been opened, so that nothing falls in between, and again
/// after events were missed.
final class Discovery: Sendable {
  private struct State {
    var discovery = SyncDiscovery()
    /// Collections whose repositories have to be fetched again.
    var added: [CollectionPattern]
    var isRequested = false
    var wasRequested = false
  }

  private let environment: SyncEnvironment
  private let tracked: TrackedSet
  private let groups: [RepositoryGroup]
  private let schedule: FetchSchedule
  private let state: Mutex<State>
  private let changes = WakeUps()

  init(
    _ environment: SyncEnvironment,
    _ tracked: TrackedSet,
    _ groups: [RepositoryGroup],
    _ schedule: FetchSchedule
  ) {
    self.environment = environment
    self.tracked = tracked
    self.groups = groups
    self.schedule = schedule
    state = Mutex(State(added: environment.configuration.addedCollections))
  }

  var progress: SyncDiscovery { state.withLock { $0.discovery } }

  /// The stream is open.
  func streamOpened() {
    if state.withLock({ !$0.wasRequested }) { request() }
  }

  /// Has the lists read again.
  func request() {
    state.withLock { state in
      state.isRequested = true
      state.wasRequested = true
    }
    changes.notify()
  }

  /// Has the lists read again, and the repositories with records in these collections fetched
  /// again.
  func request(_ collections: [CollectionPattern]) {
    state.withLock { $0.added += collections }
    request()
  }

  func end() { changes.end() }

  func run() async throws {
    let wakeUps = changes.stream()
    var iterator = wakeUps.makeAsyncIterator()
    repeat {
      let (isRequested, added) = state.withLock { state in
        defer { state.isRequested = false }
        return (state.isRequested, state.added)
      }
      guard isRequested else { continue }
      let isListed = await list(added)
      guard isListed, await groups.settled() else { continue }
      state.withLock { state in
        state.added.removeFirst(added.count)
        state.discovery.isComplete = true
      }
    } while await iterator.next() != nil
  }

  /// Reads all lists; false if the relay does not have them, or if the task is canceled.
  private func list(_ added: [CollectionPattern]) async -> Bool {
    let listing = RelayListing(environment)
    func take(_ isAdded: Bool) -> ([ListedRepository]) async throws -> Void {
      { page in try await self.add(page, isAdded: isAdded) }
    }
    switch environment.configuration.boundary {
    // Those that were removed later stay removed.
    case .repositories where progress.isComplete: return true
    case .repositories(let dids):
      for start in stride(from: 0, to: dids.count, by: 1_000) {
        let page = dids[start..<min(start + 1_000, dids.count)]
        do {
          try await environment.persistently {
            try await self.add(page.map { ListedRepository(did: $0) }, isAdded: false)
          }
        } catch {
          return false
        }
      }
      return true
    case .signal(let collection):
      while !Task.isCancelled {
        if await listing.repositories(with: collection, take(false)) { return true }
        await pause()
      }
    case .network:
      while !Task.isCancelled {
        if await listing.repositories(take(false)) { return true }
        await pause()
      }
    case .collections(let patterns):
      let collections = patterns.compactMap(\.collection)
      if collections.count == patterns.count {
        var isComplete = true
        for collection in collections where isComplete {
          isComplete = await listing.repositories(
            with: collection,
            take(added.wants(collection, ifEmpty: false))
          )
        }
        if isComplete { return true }
        if Task.isCancelled { return false }
        environment.observer(
          .listsAll(reason: "the relay does not list repositories by collection")
        )
      }
      while !Task.isCancelled {
        if await listing.repositories(take(!added.isEmpty)) { return true }
        await pause()
      }
    }
    return false
  }

  private func pause() async {
    await environment.clock.sleep(until: environment.clock.now + 30_000_000)
  }

  /// Adds repositories that are not tracked.
  ///
  /// - Parameter isAdded: whether those that are tracked have to be fetched again, because their
  ///   records in some collection were not wanted before.
  private func add(_ page: [ListedRepository], isAdded: Bool) async throws {
    var changes = SyncChanges()
    var new: [DID] = []
    var known: [DID] = []
    for repository in page {
      let did = repository.did
      guard tracked.insert(did) else {
        known.append(did)
        continue
      }
      new.append(did)
      changes.added.append(did)
      if repository.isActive == false, !tracked.isEverything {
        // The relay does not serve it, and reports when it becomes active.
        let status = HostedStatus.inactive(repository.status)
        changes.repositories.append(
          TrackedRepository(did: did, phase: RepositoryPhase(inactive: status), status: status)
        )
      }
    }
    do {
      if !changes.isEmpty { try await environment.outbox.apply(changes) }
    } catch {
      for did in new { tracked.remove(did) }
      throw error
    }
    state.withLock { $0.discovery.listed += page.count }
    if !new.isEmpty { schedule.wake() }
    guard isAdded else { return }
    for did in known { await groups.group(of: did).inbox.sendInTurn(.check(did)) }
  }
}

extension [CollectionPattern] {
  fileprivate func wants(_ collection: NSID, ifEmpty: Bool) -> Bool {
    isEmpty ? ifEmpty : wants(collection)
  }
}
