import ATProtoRepo
import Logging
import ServiceKit
import Synchronization

extension HostLink {
  func send(_ input: HostState.Input) {
    state.withLock { advance(&$0, input) }
  }

  /// Takes what a connection reports, unless there is a newer connection.
  func report(_ input: HostState.Input, _ attempt: Int) {
    state.withLock { state in
      guard state.attempt == attempt else { return }
      advance(&state, input)
    }
  }

  /// Drops the connection, which is reopened after a short delay. Returns whether there was one.
  func disconnect() -> Bool {
    state.withLock { disconnect(&$0) }
  }

  @discardableResult
  func disconnect(_ state: inout State) -> Bool {
    guard state.machine.isConnected else { return false }
    state.connection?.cancel()
    state.attempt += 1
    advance(&state, .lost(.lost))
    return true
  }

  func advance(_ state: inout State, _ input: HostState.Input) {
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
          // A later decision has replaced this one.
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

  func reset(_ state: inout State, _ reason: String) {
    log(.warning, "reset the cursor of a host", ["reason": "\(reason)"])
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
