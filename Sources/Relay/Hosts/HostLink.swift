import ATProtoRepo
import ServiceKit
import Synchronization

/// A host of the relay, connected or not: carries out what ``HostState`` decides, and admits events
/// within the host's limits.
final class HostLink: Sendable {
  struct State {
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

  let id: HostID
  let name: HostName
  let metrics: HostMetrics
  let context: HostContext
  let isTrusted: Bool
  /// The domain whose hosts share places for handshakes: the registered domain, or the host itself
  /// if it is trusted, because all hosts of a large operator may start at once.
  let domain: String
  let window: HostWindow
  let laneNanoseconds = Atomic(0)
  /// Whether the last handshake succeeded.
  let isProven: Atomic<Bool>
  let state: Mutex<State>
  /// Called when the row has to be stored.
  let changed: @Sendable (HostID) -> Void

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
    domain = isTrusted ? row.name.text : row.name.registeredDomain
    self.changed = changed
    // One failure is the loss of a connection; more are handshakes that failed.
    isProven = Atomic(wasConnected || (row.cursor != nil && row.failures <= 1))
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
