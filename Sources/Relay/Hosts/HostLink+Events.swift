import ATProtoRepo
import CoreMetrics
import Synchronization

/// The state of the host when an event is passed to the lanes.
private struct Admission {
  let epoch: Int
  let hasStoredCursor: Bool
  let isTimed: Bool
}

extension HostLink {
  /// The lane time per second, in microseconds, above which an untrusted host has to wait.
  private static let laneShare = 250_000.0

  /// The duration of one event in this many is measured.
  private static let timed = 16

  /// Counts events that arrived together.
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
      // A limit may be raised in the meantime.
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
          // The host has reset its sequence numbers, and treats our cursor as the end of its
          // stream.
          metrics.warn("sequenceBehindCursor")
          reset(&state, "the host continues before the cursor")
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
    // A sample is enough for a histogram.
    let start = admitted.isTimed ? ContinuousClock.now : nil
    let ticket = EventTicket(host: id, sequence: sequence, size: size) { [self] ticket, change in
      note(ticket, change, admitted.epoch, since: start)
    } isCurrent: { [self] in
      state.withLock { $0.epoch == admitted.epoch }
    }
    // If this process ended before the next checkpoint, the next process would start at the end of
    // the host's stream. If storing fails, the ticket is released, and the event is received again.
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

  private func finish(_ sequence: Int, _ outcome: EventOutcome, _ epoch: Int) {
    state.withLock { state in
      guard state.epoch == epoch else { return }
      guard case .abandoned = outcome else { return state.progress.finish(sequence) }
      state.progress.abandon(sequence)
      // The next connection starts before this event.
      disconnect(&state)
    }
  }
}
