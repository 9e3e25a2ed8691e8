package import ATProtoRepo
import ATProtoSyntax
import CoreMetrics
import Synchronization

/// The entry point for events of hosts: passes each to the lane of its account.
package final class RelayIntake: Sendable {
  private let context: LaneContext
  private let lanes: [Lane]
  private let store: any RelayStore
  private let tasks = Mutex<[Task<Void, Never>]>([])

  /// The accounts whose repositories may be missing at once while the relay starts.
  private static let resumed = 100

  /// - Parameters:
  ///   - lookups: asks the network; ``NetworkLookups``.
  ///   - now: the clock, for tests.
  package init(
    _ table: AccountTable,
    counts: HostCounts,
    store: any RelayStore,
    writer: LogWriter,
    lookups: any AccountLookups,
    droppedEvents: DroppedEvents,
    metrics: RelayMetrics,
    policy: SyncPolicy = .relay,
    now: @escaping @Sendable () -> SyncTime = { .now }
  ) {
    self.store = store
    let context = LaneContext(
      table: table,
      counts: counts,
      writer: writer,
      lookups: lookups,
      droppedEvents: droppedEvents,
      metrics: metrics,
      policy: policy,
      now: now
    )
    self.context = context
    lanes = (0..<table.laneCount).map { Lane($0, context) }
  }

  /// Counts the accounts of each host, and continues what the last process left unfinished.
  package func start() async throws {
    let counts = try await store.read { transaction in
      (
        live: try transaction.accounts.liveCounts(),
        throttled: try transaction.accounts.throttledCounts()
      )
    }
    context.counts.load(live: counts.live, throttled: counts.throttled)
    let work = [
      Task { await self.context.counts.readmissions.run { try await self.readmit(on: $0) } },
      Task { await self.resume() },
      Task { await self.measure() },
    ]
    tasks.withLock { $0 += work }
  }

  /// Takes an event, for which the caller holds a place in the host's window. Returns at once.
  package func submit(_ event: UpstreamEvent) {
    lanes[context.table.lane(of: event.event.did)].submit(event)
  }

  /// Decides on everything that can be decided, and abandons what is waiting for other servers.
  /// Later events are abandoned, too.
  package func stop() async {
    for task in tasks.withLock({ $0 }) { task.cancel() }
    for lane in lanes { await lane.stop() }
  }

  /// Continues accounts that are due, for tests with a clock of their own.
  package func wake() {
    for lane in lanes { lane.wake() }
  }

  /// The events that were dropped most recently.
  package var droppedEvents: DroppedEvents { context.droppedEvents }

  // MARK: Accounts

  func submit(_ input: LaneInput, for did: DID) {
    lanes[context.table.lane(of: did.string)].submit(.account(did, input))
  }

  /// Admits the oldest accounts of a host, as many as it has places.
  func readmit(on host: HostID) async throws {
    while !Task.isCancelled, context.counts.isThrottling(host) {
      let places = context.counts.freePlaces(host)
      guard places > 0 else { return }
      // The store must know of accounts that were throttled a moment ago.
      try await context.writer.drain()
      let rows = try await store.read {
        try $0.accounts.throttled(on: host, limit: min(places, 100))
      }
      guard !rows.isEmpty else { return }
      for row in rows { await admit(row.did) }
      // The relay is stopping, or the limit has become lower.
      if context.counts.freePlaces(host) == places { return }
    }
  }

  private func admit(_ did: DID) async {
    await withCheckedContinuation { continuation in
      submit(.admission { continuation.resume() }, for: did)
    }
  }

  /// Fetches the repositories that were missing when the last process ended.
  private func resume() async {
    var last: AccountID?
    while !Task.isCancelled {
      let after = last
      let rows = try? await store.read {
        try $0.accounts.unsynchronized(after: after, limit: Self.resumed)
      }
      guard let rows else {
        try? await Task.sleep(for: .seconds(1))
        continue
      }
      guard let end = rows.last else { return }
      for row in rows { submit(.resume, for: row.did) }
      last = end.id
      // Repositories are fetched a few at a time, so there is no hurry.
      if rows.count == Self.resumed { try? await Task.sleep(for: .seconds(10)) }
    }
  }

  private func measure() async {
    while !Task.isCancelled {
      context.metrics.validation.residentAccounts.record(context.table.residentCount)
      try? await Task.sleep(for: .seconds(5))
    }
  }
}
