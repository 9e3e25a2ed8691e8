import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import CoreMetrics
import Logging
import ServiceKit
import Synchronization

/// What all links share.
struct HostContext: Sendable {
  let transport: any HTTPTransport
  let userAgent: String
  let clock: HostClock
  let metrics: HostsMetrics
  let budget: ByteBudget
  /// Limits how many connections are established at once.
  let handshakes: AsyncSemaphore
  let submit: @Sendable (UpstreamEvent) -> Void
  /// Stores how far the events of hosts are finished.
  let storeProgress: @Sendable () async throws -> Void
  let logger: Logger
  let concurrency: Int
}

/// A host of the relay, connected or not: carries out what ``HostState`` decides, and admits events
/// within the host's limits.
final class HostLink: Sendable {
  private struct State {
    var row: HostRow
    var machine: HostState
    var progress: HostProgress
    var rate: HostRate
    var traffic = HostTraffic()
    /// Changes with the cursor's reset, after which old numbers mean other events.
    var epoch = 0
    /// Whether the store has a cursor, not necessarily the current one.
    var hasStoredCursor: Bool
    /// Identifies the current connection; reports from earlier ones are ignored.
    var attempt = 0
    /// The cursor with which the current connection began.
    var start: Int?
    var connection: Task<Void, Never>?
    var timer: Task<Void, Never>?
    var isStopped = false
  }

  /// The lane time in a second above which an untrusted host waits, in microseconds.
  private static let laneShare = 250_000.0

  /// The duration of every sixteenth event is measured.
  private static let timed = 16

  let id: HostID
  let name: HostName
  let metrics: HostMetrics
  private let context: HostContext
  private let isTrusted: Bool
  private let window: HostWindow
  private let laneNanoseconds = Atomic(0)
  private let state: Mutex<State>
  /// Called when the row has to be stored.
  private let changed: @Sendable (HostID) -> Void

  init(
    _ row: HostRow,
    quotas: HostQuotas,
    isTrusted: Bool,
    isDomainBanned: Bool,
    wasConnected: Bool,
    _ context: HostContext,
    changed: @escaping @Sendable (HostID) -> Void
  ) {
    id = row.id
    name = row.name
    metrics = context.metrics.host(row.name.text)
    self.context = context
    self.isTrusted = isTrusted
    self.changed = changed
    window = HostWindow(concurrency: context.concurrency)
    state = Mutex(
      State(
        row: row,
        machine: HostState(row, isDomainBanned: isDomainBanned, wasConnected: wasConnected),
        progress: HostProgress(cursor: row.cursor, ahead: row.ahead),
        rate: HostRate(quotas),
        hasStoredCursor: row.cursor != nil
      )
    )
  }

  /// The row as it has to be stored, except the progress.
  var row: HostRow { state.withLock { $0.row } }

  var isConnected: Bool { state.withLock { $0.machine.isConnected } }

  var status: HostStatus { state.withLock { $0.machine.visibleStatus } }

  var checkpoint: HostCheckpoint {
    state.withLock { state in
      HostCheckpoint(host: id, cursor: state.progress.cursor, ahead: state.progress.ahead)
    }
  }

  func view(accountLimit: Int) -> HostView {
    let now = context.clock.now()
    return state.withLock { state in
      var row = state.row
      row.status = state.machine.visibleStatus
      row.cursor = state.progress.cursor
      row.ahead = state.progress.ahead
      return HostView(
        row: row,
        accountLimit: accountLimit,
        isTrusted: isTrusted,
        isConnected: state.machine.isConnected,
        eventsReceived: state.traffic.count,
        rate: state.traffic.rate(at: now),
        quotas: state.rate.quotas,
        lag: state.traffic.lag,
        waiting: window.count
      )
    }
  }

  /// Applies a change that an operator has made.
  func update(quotas: HostQuotas, _ body: (inout HostRow) -> Void) {
    state.withLock { state in
      body(&state.row)
      state.rate.quotas = quotas
    }
  }

  /// Closes the connection for good, and waits until it has ended.
  func stop() async {
    let connection = state.withLock { state in
      state.isStopped = true
      if state.machine.isConnected { context.metrics.disconnects.increment("stopped") }
      state.timer?.cancel()
      state.connection?.cancel()
      return state.connection
    }
    await connection?.value
  }
}

// MARK: Decisions

extension HostLink {
  func send(_ input: HostState.Input) {
    state.withLock { advance(&$0, input) }
  }

  /// Records what a connection reports, unless there is a newer one.
  func report(_ input: HostState.Input, _ attempt: Int) {
    state.withLock { state in
      guard state.attempt == attempt else { return }
      advance(&state, input)
    }
  }

  /// Drops the connection, which is opened again after a moment. Returns whether there was one.
  func disconnect() -> Bool {
    state.withLock { disconnect(&$0) }
  }

  @discardableResult
  private func disconnect(_ state: inout State) -> Bool {
    guard state.machine.isConnected else { return false }
    state.connection?.cancel()
    state.attempt += 1
    advance(&state, .lost(.lost))
    return true
  }

  private func advance(_ state: inout State, _ input: HostState.Input) {
    guard !state.isStopped else { return }
    state.machine.cursor = state.progress.cursor
    let before = state.row
    let actions = state.machine.on(
      input,
      at: context.clock.now(),
      chance: .random(in: 0...1)
    )
    for action in actions { apply(action, &state) }
    state.row.failures = state.machine.failures
    state.row.nextAttemptAt = state.machine.nextAttemptAt
    state.row.refusedAt = state.machine.refusedAt
    if state.row != before { changed(id) }
  }

  private func apply(_ action: HostState.Action, _ state: inout State) {
    switch action {
    case .connect(let cursor):
      state.timer?.cancel()
      state.connection?.cancel()
      state.attempt += 1
      let attempt = state.attempt
      state.start =
        switch cursor {
        case .after(let sequence): sequence
        case .oldest: 0
        case .none: nil
        }
      state.connection = Task { [self] in
        let end = await HostConnection(host: self, context: context)
          .run(from: cursor, attempt: attempt)
        ended(end, attempt)
      }
    case .close:
      state.timer?.cancel()
      state.connection?.cancel()
      state.attempt += 1
    case .schedule(let time):
      state.timer?.cancel()
      state.timer = Task { [self] in
        do {
          try await context.clock.sleep(time)
          send(.tick)
        } catch {
          // Another decision has replaced this one.
        }
      }
    case .status(let status):
      log(.info, "host is \(status.rawValue)")
      state.row.status = status
    case .reset(let reason):
      metrics.warn("cursorReset")
      reset(&state, reason)
    case .count(let reason): context.metrics.disconnects.increment(reason)
    }
  }

  private func reset(_ state: inout State, _ reason: String) {
    log(.warning, "cursor of host is reset", ["reason": "\(reason)"])
    state.progress = HostProgress()
    state.epoch += 1
    state.hasStoredCursor = false
    state.start = nil
  }

  private func ended(_ end: HostConnection.End, _ attempt: Int) {
    switch end {
    case .relay: report(.connected(isRelay: true), attempt)
    case .refused(let status):
      log(.debug, "host refused the connection", ["status": "\(status)"])
      report(.refused(status: status), attempt)
    case .errorFrame(let name, let message):
      let text = "\(name.prefix(64)): \((message ?? "").prefix(200))"
      log(.info, "host ended the stream", ["error": "\(text)"])
      report(.errorFrame(name), attempt)
    case .lost(let reason, let text):
      log(.debug, "connection lost", ["reason": "\(text.prefix(200))"])
      report(.lost(reason), attempt)
    }
  }

  private func log(
    _ level: Logger.Level,
    _ message: String,
    _ metadata: Logger.Metadata = [:]
  ) {
    var metadata = metadata
    metadata["host"] = "\(name)"
    context.logger.log(level: level, "\(message)", metadata: metadata)
  }
}

// MARK: Events

/// What an event that is handed to the lanes needs to know of its host.
private struct Admission {
  let epoch: Int
  let hasStoredCursor: Bool
  let isTimed: Bool
}

extension HostLink {
  /// Counts events that have arrived together.
  func received(_ count: Int, at now: SyncTime) {
    guard count > 0 else { return }
    metrics.events.increment(by: count)
    context.metrics.events.increment(by: count)
    state.withLock { $0.traffic.add(count, at: now) }
  }

  /// Waits until the host's quotas and its share of the lanes allow another event.
  func waitForQuota(_ attempt: Int) async throws {
    var isLong = false
    while let delay = delay() {
      if delay > .seconds(10), !isLong {
        isLong = true
        report(.quota(isWaiting: true), attempt)
      }
      // The operator may raise a limit in the meantime.
      try await context.clock.sleep(context.clock.now().adding(min(delay, .seconds(10))))
    }
    if isLong { report(.quota(isWaiting: false), attempt) }
  }

  private func delay() -> Duration? {
    let now = context.clock.now()
    let spent = laneNanoseconds.exchange(0, ordering: .relaxed)
    return state.withLock { state in
      if spent > 0 { state.traffic.laneTime.add(spent / 1000, at: now) }
      if !isTrusted, state.traffic.laneTime.estimate(at: now) > Self.laneShare {
        return .milliseconds(50)
      }
      return state.rate.delay(at: now)
    }
  }

  /// Passes an event to the lanes once there is room for it.
  func submit(
    _ event: FirehoseEvent,
    _ sequence: Int,
    size: Int,
    _ attempt: Int
  ) async throws {
    if !window.tryAcquire() { try await window.acquire() }
    do {
      try await context.budget.acquire(size, for: id)
    } catch {
      window.release(wasParked: false)
      throw error
    }
    let admitted = state.withLock { state -> Admission? in
      guard state.attempt == attempt else { return nil }
      if state.traffic.lacksLag(at: context.clock.now()) {
        state.traffic.note(event.time, at: context.clock.now())
      }
      if !state.machine.hasEvent {
        if let start = state.start, sequence < start {
          // The host has lost its numbers, and takes our cursor for the end of its stream.
          metrics.warn("sequenceBehindCursor")
          reset(&state, "the host continues before it")
        }
        advance(&state, .event)
      }
      guard state.progress.receive(sequence, after: state.start) == .new else {
        metrics.warn("repeated")
        return nil
      }
      state.traffic.submitted += 1
      return Admission(
        epoch: state.epoch,
        hasStoredCursor: state.hasStoredCursor,
        isTimed: state.traffic.submitted % Self.timed == 0
      )
    }
    guard let admitted else {
      window.release(wasParked: false)
      context.budget.release(size, for: id)
      return
    }
    switch event.content {
    case .commit: metrics.commits.increment()
    case .sync: metrics.syncs.increment()
    default: break
    }
    // One of several is enough for a distribution.
    let start = admitted.isTimed ? ContinuousClock.now : nil
    let ticket = EventTicket(host: id, sequence: sequence, size: size) { [self] ticket, change in
      note(ticket, change, admitted.epoch, since: start)
    } isCurrent: { [self] in
      state.withLock { $0.epoch == admitted.epoch }
    }
    // If the process ended before the next checkpoint, the next one would begin at the end of the
    // host's stream. Should this fail, the ticket is released, and the event is received again.
    if !admitted.hasStoredCursor { try await storeCursor(admitted.epoch) }
    context.submit(UpstreamEvent(event: event, host: id, hostName: name, ticket: ticket))
  }

  private func storeCursor(_ epoch: Int) async throws {
    try await context.storeProgress()
    state.withLock { state in
      if state.epoch == epoch { state.hasStoredCursor = true }
    }
  }

  private func note(
    _ ticket: EventTicket,
    _ change: EventTicket.Change,
    _ epoch: Int,
    since start: ContinuousClock.Instant?
  ) {
    switch change {
    case .charged(let nanoseconds):
      laneNanoseconds.wrappingAdd(nanoseconds, ordering: .relaxed)
    case .parked: window.park()
    case .finished(let outcome):
      finish(ticket.sequence, outcome, epoch)
      if let start {
        let duration = (ContinuousClock.now - start) / .nanoseconds(1)
        metrics.duration.recordNanoseconds(Int64(duration))
      }
      window.release(wasParked: ticket.wasParked)
      context.budget.release(ticket.size, for: id)
    }
  }
}

extension HostLink {
  private func finish(_ sequence: Int, _ outcome: EventOutcome, _ epoch: Int) {
    state.withLock { state in
      guard state.epoch == epoch else { return }
      guard case .abandoned = outcome else { return state.progress.finish(sequence) }
      state.progress.abandon(sequence)
      // The next connection begins before the event.
      disconnect(&state)
    }
  }
}

/// What a host has sent since the relay started.
struct HostTraffic: Sendable {
  private(set) var count = 0
  private(set) var lag: Duration?
  /// Events that were handed to the lanes.
  var submitted = 0
  var laneTime = SlidingWindow(length: HostState.second)
  private var minute = SlidingWindow(length: 60 * HostState.second)
  private var lagTime: SyncTime = 0

  mutating func add(_ count: Int, at now: SyncTime) {
    self.count += count
    minute.add(count, at: now)
  }

  /// Events per second.
  func rate(at now: SyncTime) -> Double {
    var minute = minute
    return minute.estimate(at: now) / 60
  }

  /// Whether the lag was not measured during the last second.
  func lacksLag(at now: SyncTime) -> Bool {
    now >= lagTime + HostState.second
  }

  /// Measures how old an event is. Its time is the host's claim.
  mutating func note(_ time: String, at now: SyncTime) {
    lagTime = now
    guard let instant = (try? Datetime(time))?.instant else { return }
    let seconds = Int64(clamping: now / 1_000_000) - instant.seconds
    lag = .seconds(max(0, seconds))
  }
}
