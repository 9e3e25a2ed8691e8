import ATProtoRepo
import ATProtoSyntax
import Synchronization

/// Hands out the events of a store and collects acknowledgements.
///
/// Events are read from the store in the order of their IDs, a page at a time, so that only a few are
/// in memory however long nothing is acknowledged.
final class Outbox: Sendable {
  private static let pageSize = 500
  /// The maximum number of events in memory.
  private static let maximumLoaded = 5_000

  private struct State {
    var queue = DeliveryQueue()
    /// The last event that was read from the store.
    var lastLoaded = 0
    var isLoading = false
    var acknowledged: [Int] = []
    /// The events in the store that are not acknowledged.
    var stored = 0
    var removed: Set<DID> = []
  }

  private let store: any SyncStore
  private let clock: any SyncClock
  private let capacity: Int
  private let retryTimeout: SyncTime
  private let state = Mutex(State())
  private let signal = WakeUps()
  private let room = WakeUps()

  init(_ store: any SyncStore, _ configuration: SyncConfiguration, _ clock: any SyncClock) {
    self.store = store
    self.clock = clock
    capacity = configuration.outboxCapacity
    retryTimeout = configuration.retryTimeout.microseconds
  }

  /// Counts the events that a previous process left behind.
  func start() async throws {
    let count = try await store.counts().events
    state.withLock { $0.stored = count }
    signal.notify()
  }

  func end() {
    signal.end()
    room.end()
  }

  // MARK: Writers

  /// Applies changes, and wakes readers that wait for events.
  func apply(_ changes: SyncChanges) async throws {
    let events = try await store.apply(changes)
    guard !events.isEmpty else { return }
    state.withLock { $0.stored += events.count }
    signal.notify()
  }

  /// Waits until there is room for more events.
  func waitForRoom() async {
    let changes = room.stream()
    var iterator = changes.makeAsyncIterator()
    while state.withLock({ $0.stored >= capacity }) {
      guard await iterator.next() != nil else { return }
    }
  }

  var count: Int { state.withLock { $0.stored } }

  // MARK: Readers

  func wakeUps() -> AsyncStream<Void> { signal.stream() }

  func next(_ wakeUps: AsyncStream<Void>) async throws -> SyncDelivery? {
    var iterator = wakeUps.makeAsyncIterator()
    while !Task.isCancelled {
      let deadline = clock.now &+ retryTimeout
      if let event = state.withLock({ $0.queue.next(deadline: deadline) }) {
        return SyncDelivery(event: event, outbox: self)
      }
      if try await load() { continue }
      guard await iterator.next() != nil else { return nil }
    }
    return nil
  }

  /// Reads a page of the store, and returns whether there was anything.
  private func load() async throws -> Bool {
    let start = state.withLock { state -> Int? in
      guard !state.isLoading, state.queue.count < Self.maximumLoaded else { return nil }
      state.isLoading = true
      return state.lastLoaded
    }
    guard let start else { return false }
    do {
      let events = try await store.events(after: start, limit: Self.pageSize)
      state.withLock { state in
        state.isLoading = false
        for event in events {
          state.lastLoaded = max(state.lastLoaded, event.id)
          if !state.removed.contains(event.did) { state.queue.append(event) }
        }
        state.removed = []
      }
      // Others may have arrived while the page was read.
      if !events.isEmpty { signal.notify() }
      return !events.isEmpty
    } catch {
      state.withLock { $0.isLoading = false }
      throw error
    }
  }

  func acknowledge(_ id: Int) {
    let isOpen = state.withLock { state in
      guard state.queue.acknowledge(id) else { return false }
      state.acknowledged.append(id)
      return true
    }
    if isOpen { signal.notify() }
  }

  func release(_ id: Int) {
    state.withLock { $0.queue.release(id) }
    signal.notify()
  }

  func postpone(_ id: Int, by delay: SyncTime) {
    let time = clock.now &+ delay
    state.withLock { $0.queue.postpone(id, until: time) }
  }

  // MARK: Upkeep

  /// Offers events again that were not acknowledged in time.
  func expire() {
    let now = clock.now
    if state.withLock({ $0.queue.expire(at: now) }) { signal.notify() }
  }

  /// Removes acknowledged events from the store.
  func flush() async throws {
    var changes = SyncChanges()
    changes.acknowledged = state.withLock { state in
      defer { state.acknowledged = [] }
      return state.acknowledged
    }
    guard !changes.acknowledged.isEmpty else { return }
    do {
      _ = try await store.apply(changes)
    } catch {
      state.withLock { $0.acknowledged += changes.acknowledged }
      throw error
    }
    state.withLock { $0.stored = max(0, $0.stored - changes.acknowledged.count) }
    room.notify()
  }

  /// Forgets the events of repositories that are no longer tracked.
  func remove(_ dids: [DID]) async throws {
    state.withLock { state in
      for did in dids { state.queue.remove(did) }
      if state.isLoading { state.removed.formUnion(dids) }
    }
    let count = try await store.counts().events
    state.withLock { $0.stored = count }
    room.notify()
    signal.notify()
  }
}
