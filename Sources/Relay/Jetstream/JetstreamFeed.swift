package import ATProtoSyntax
import CoreMetrics
import Synchronization
package import XRPCServer

/// Offers the relay's log in the form of Jetstream: JSON without signatures, filtered by the server.
///
/// The log is read once for all subscribers that have caught up. A subscriber that falls behind reads
/// the log itself until it has caught up again; it is never dropped.
package final class JetstreamFeed: Sendable {
  private struct State {
    var ring: JetstreamRing
    var subscribers = 0
    /// Reads the log; nil if there are no subscribers.
    var reader: Task<Void, Never>?
  }

  private static let page = 500

  let log: any RelayLog
  let configuration: JetstreamConfiguration
  let accounts: @Sendable (DID) async throws -> AccountID?
  let metrics: JetstreamMetrics
  private let takedowns: TakenDownAccounts
  private let state: Mutex<State>
  private let changes = EventSignal()

  /// - Parameters:
  ///   - accounts: finds the number of an account; nil if the relay does not know it.
  ///   - takedowns: the accounts whose records are left out of replays.
  package init(
    log: any RelayLog,
    takedowns: TakenDownAccounts,
    accounts: @escaping @Sendable (DID) async throws -> AccountID?,
    configuration: JetstreamConfiguration,
    metrics: JetstreamMetrics
  ) {
    self.log = log
    self.takedowns = takedowns
    self.accounts = accounts
    self.configuration = configuration
    self.metrics = metrics
    state = Mutex(State(ring: configuration.ring(after: 0)))
  }

  deinit {
    state.withLock { $0.reader?.cancel() }
  }

  /// The paths at which subscribers connect.
  package var webSockets: [WebSocketRoute] { [subscribeRoute, eventsRoute] }

  // MARK: Subscribers

  /// Counts a subscriber; the first one starts the reader.
  func enter() {
    let newest = log.last?.sequence ?? 0
    state.withLock { state in
      state.subscribers += 1
      metrics.subscribers.record(state.subscribers)
      guard state.reader == nil else { return }
      state.ring = configuration.ring(after: newest)
      let wakeUps = log.wakeUps()
      state.reader = Task { [weak self] in
        await self?.read()
        for await _ in wakeUps { await self?.read() }
      }
    }
  }

  func leave() {
    state.withLock { state in
      state.subscribers -= 1
      metrics.subscribers.record(state.subscribers)
      guard state.subscribers == 0 else { return }
      state.reader?.cancel()
      state.reader = nil
      state.ring = configuration.ring(after: 0)
    }
  }

  func wakeUps() -> AsyncStream<Void> { changes.wakeUps() }

  // MARK: The ring

  /// The number of the last record that live subscribers have received.
  var newest: Int { state.withLock { $0.ring.newest } }

  func position(after sequence: Int) -> Int? {
    state.withLock { $0.ring.position(after: sequence) }
  }

  func events(from position: Int, maximumCount: Int) -> ArraySlice<JetstreamEvent>? {
    state.withLock { $0.ring.events(from: position, maximumCount: maximumCount) }
  }

  /// Reads everything new into the ring. If the log fails, the next wake-up continues.
  private func read() async {
    while !Task.isCancelled {
      let entries = try? await log.entries(
        after: LogPosition(sequence: newest),
        matching: LogFilter(),
        maximumCount: Self.page
      )
      guard let entries, entries.position.sequence > newest else { return }
      let events = entries.records.flatMap(JetstreamEvent.events)
      let isCancelled = state.withLock { state in
        // The ring may be that of another reader by now.
        guard !Task.isCancelled else { return true }
        state.ring.append(events, upTo: entries.position.sequence)
        return false
      }
      if isCancelled { return }
      changes.notify()
    }
  }

  /// Reads a page of the log for one subscriber.
  func page(
    after position: LogPosition,
    _ filter: LogFilter,
    maximumCount: Int
  ) async throws -> LogEntries {
    try await log.entries(after: position, matching: filter, maximumCount: maximumCount)
  }

  /// The accounts whose records are not sent, wherever they are read.
  var hidden: Set<AccountID> { takedowns.all }

  /// The beginning of the window.
  var windowStart: UInt64 {
    let now = configuration.now()
    return now > configuration.lookback ? now - configuration.lookback : 0
  }
}

/// How Jetstream subscribers are served.
package struct JetstreamConfiguration: Sendable {
  /// "The lookback period": the age of the oldest event that a cursor reaches, in microseconds.
  package static let maximumLookback: UInt64 = 36 * 3_600_000_000

  package var lookback: UInt64
  /// The maximum number of events in memory, for all subscribers together.
  package var maximumEvents: Int
  /// Compresses messages for subscribers of `/subscribe` that want it.
  package var compressor: ZstdCompressor
  /// Those with a dictionary, for subscribers that name one. New ones should name the last.
  package var compressors: [ZstdCompressor]
  /// The time in microseconds since the Unix epoch.
  package var now: @Sendable () -> UInt64

  package init(
    lookback: UInt64 = Self.maximumLookback,
    maximumEvents: Int = 16_384,
    compressor: ZstdCompressor,
    compressors: [ZstdCompressor] = [],
    now: @escaping @Sendable () -> UInt64 = ServedLog.clock
  ) {
    self.lookback = min(lookback, Self.maximumLookback)
    self.maximumEvents = maximumEvents
    self.compressor = compressor
    self.compressors = compressors + (compressor.dictionary == nil ? [] : [compressor])
    self.now = now
  }

  fileprivate func ring(after newest: Int) -> JetstreamRing {
    JetstreamRing(newest: newest, maximumCount: maximumEvents)
  }
}
