import ATProtoSyntax
import Synchronization

// Reading events from the store.

extension Outbox {
  private static let pageSize = 500

  private enum Part {
    /// The events after one.
    case next(Int)
    /// The events in a gap of a repository, up to one.
    case gap(DeliveryQueue.Gap, through: Int)
  }

  /// Reads some events, and returns whether there may be more.
  ///
  /// Only one task reads at a time, so that the events of a repository are appended in order.
  func load() async throws -> Bool {
    guard let part = state.withLock({ Self.begin(&$0) }) else { return false }
    do {
      let events = try await read(part)
      state.withLock { Self.end(&$0, part, events) }
      // More events may have arrived in the meantime.
      if !events.isEmpty { signal.notify() }
      if case .gap = part { return true }
      return !events.isEmpty
    } catch {
      state.withLock { state in
        state.isLoading = false
        state.removed = []
        if case .gap(let gap, _) = part { state.queue.keep(gap) }
      }
      throw error
    }
  }

  private func read(_ part: Part) async throws -> [SyncEvent] {
    switch part {
    case .next(let id):
      return try await store.events(after: id, limit: Self.pageSize)
    case .gap(let gap, let last):
      return try await store.events(
        of: gap.did,
        after: gap.after,
        through: last,
        limit: gap.limit
      )
    }
  }

  private static func begin(_ state: inout State) -> Part? {
    guard !state.isLoading else { return nil }
    if let gap = state.queue.nextGap() {
      state.isLoading = true
      return .gap(gap, through: state.lastLoaded)
    }
    guard !state.queue.isFull else { return nil }
    state.isLoading = true
    return .next(state.lastLoaded)
  }

  private static func end(_ state: inout State, _ part: Part, _ events: [SyncEvent]) {
    state.isLoading = false
    switch part {
    case .next:
      for event in events {
        state.lastLoaded = max(state.lastLoaded, event.id)
        if !state.removed.contains(event.did) { state.queue.append(event) }
      }
    case .gap(let gap, _):
      if !state.removed.contains(gap.did) { state.queue.fill(gap, with: events) }
    }
    state.removed = []
  }
}
