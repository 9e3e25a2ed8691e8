import ATProtoData
import ComAtprotoAPI

/// Hands events from the task that reads a stream to the task that stores them: while one batch is
/// being stored, the next one collects, up to a limit at which the reader waits.
///
/// There is one reader and one writer.
actor LabelInbox {
  /// An event of `subscribeLabels`.
  struct Event: Sendable {
    var sequence: Int
    var labels: [Label]
  }

  private let capacity: Int
  private var events: [Event] = []
  private var labelCount = 0
  private var isFinished = false
  private var reader: CheckedContinuation<Void, Never>?
  private var writer: CheckedContinuation<Void, Never>?

  /// - Parameter capacity: the number of labels at which the reader waits.
  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Adds an event, as soon as there is room. After the end, the event is dropped.
  func put(_ event: Event) async {
    while labelCount >= capacity && !isFinished {
      await withCheckedContinuation { reader = $0 }
    }
    if isFinished { return }
    events.append(event)
    // Each KiB counts as one more label: frames may have some MiB. An event without labels occupies
    // memory, too.
    let weight = event.labels.reduce(0) { $0 + 1 + ($1.cborBytes().count >> 10) }
    labelCount += max(1, weight)
    wake(&writer)
  }

  /// Waits for events and takes all of them; nil at the end.
  func next() async -> [Event]? {
    while events.isEmpty && !isFinished {
      await withCheckedContinuation { writer = $0 }
    }
    guard !events.isEmpty else { return nil }
    defer {
      events = []
      labelCount = 0
      wake(&reader)
    }
    return events
  }

  /// Ends the stream: both sides stop waiting, and what is there can still be taken.
  func finish() {
    isFinished = true
    wake(&reader)
    wake(&writer)
  }

  private func wake(_ waiting: inout CheckedContinuation<Void, Never>?) {
    waiting?.resume()
    waiting = nil
  }
}
