import ATProtoRepo
import ATProtoSyntax
import Dispatch
import Synchronization

/// Processes the events of its share of the accounts, one after another, on its own thread.
///
/// Events of one account keep the order in which they arrive here. Nothing waits for the network:
/// an event that needs an answer is parked until the answer arrives.
package final class Lane: Sendable {
  /// The maximum number of events that are taken at a time.
  private static let batch = 64

  private let context: LaneContext
  private let inbox = Mutex(LaneInbox())
  /// Locked only by the lane's own thread.
  private let worker: Mutex<LaneWorker>
  private let thread: DispatchQueue
  /// The time of the timer that is set, or nil.
  private let alarm = Mutex<SyncTime?>(nil)

  init(_ number: Int, _ context: LaneContext) {
    self.context = context
    thread = DispatchQueue(label: "relay lane \(number)", qos: .userInitiated)
    worker = Mutex(LaneWorker(number, context))
    worker.withLock { worker in
      worker.send = { [weak self] message in self?.submit(message) }
    }
  }

  func submit(_ event: UpstreamEvent) {
    enqueue { $0.append(event) }
  }

  func submit(_ message: LaneMessage) {
    enqueue { $0.append(message) }
  }

  /// Wakes the accounts that are due.
  func wake() {
    enqueue { $0.isWoken = true }
  }

  /// Abandons everything that is waiting. Later events are abandoned at once.
  func stop() async {
    submit(.stop)
    await withCheckedContinuation { continuation in
      thread.async { continuation.resume() }
    }
  }

  private func enqueue(_ append: (inout LaneInbox) -> Void) {
    let isIdle = inbox.withLock { inbox in
      append(&inbox)
      defer { inbox.isRunning = true }
      return !inbox.isRunning
    }
    if isIdle { thread.async { [self] in run() } }
  }

  private func run() {
    while true {
      context.writer.waitForRoom()
      let (messages, events) = inbox.withLock { $0.take(Self.batch) }
      let next = worker.withLock { worker in
        worker.wake()
        for message in messages { worker.take(message) }
        for event in events { worker.take(event) }
        worker.endBatch()
        return worker.wakeUps.earliest
      }
      if let next { setAlarm(next) }
      let isFinished = inbox.withLock { inbox in
        guard inbox.isEmpty else { return false }
        inbox.isRunning = false
        return true
      }
      if isFinished { return }
    }
  }

  private func setAlarm(_ time: SyncTime) {
    let isEarlier = alarm.withLock { alarm in
      guard alarm.map({ time < $0 }) ?? true else { return false }
      alarm = time
      return true
    }
    guard isEarlier else { return }
    let now = context.now()
    let delay = time > now ? time - now : 0
    thread.asyncAfter(deadline: .now() + .microseconds(Int(clamping: delay))) { [self] in
      alarm.withLock { alarm in
        if alarm == time { alarm = nil }
      }
      wake()
    }
  }
}
