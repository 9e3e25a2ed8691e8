import ATProtoRepo
import ATProtoSyntax
import Synchronization

/// Hands out the events of a store and collects acknowledgments.
///
/// Events are read from the store in the order of their IDs, a page at a time, so that only a few
/// are in memory, no matter how long nothing is acknowledged.
final class Outbox: Sendable {
  struct State {
    var queue = DeliveryQueue()
    /// The last event that was read from the store, or left there because its repository has enough
    /// events in memory.
    var lastLoaded = 0
    var isLoading = false
    var acknowledged: [Int] = []
    /// The number of events in the store.
    var stored = 0
    /// Repositories that were removed while events were read.
    var removed: Set<DID> = []
  }

  let store: any SyncStore
  private let clock: any SyncClock
  private let capacity: Int
  private let retryTimeout: SyncTime
  let state = Mutex(State())
  let signal = WakeUps()
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
    let result = try await store.apply(changes)
    state.withLock { $0.stored += result.events.count - result.removedEvents }
    if !result.events.isEmpty { signal.notify() }
    if result.removedEvents > 0 { room.notify() }
  }

  /// Waits until there is room for more events.
  func waitForRoom() async {
    let changes = room.stream()
    var iterator = changes.makeAsyncIterator()
    while state.withLock({ $0.stored >= capacity }) {
      guard await iterator.next() != nil else { return }
    }
  }

  /// The number of events in the store.
  var count: Int { state.withLock { max(0, $0.stored) } }

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
      try await apply(changes)
    } catch {
      state.withLock { $0.acknowledged += changes.acknowledged }
      throw error
    }
  }

  /// Forgets the events of repositories that are no longer in the store.
  func remove(_ dids: [DID]) {
    state.withLock { state in
      for did in dids { state.queue.remove(did) }
      if state.isLoading { state.removed.formUnion(dids) }
    }
    signal.notify()
  }
}
