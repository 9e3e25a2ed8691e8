import ATProtoRepo
import ATProtoSyntax

/// Decides which events may be delivered, without a clock or locks.
///
/// For each repository: a live event waits until all earlier events are acknowledged, and later
/// events wait until it is. Historical events do not wait for each other.
struct DeliveryQueue {
  /// The events of one repository that are not acknowledged.
  private struct Line {
    /// Events that may not be delivered yet, in order.
    var waiting: ArraySlice<SyncEvent> = []
    /// The number of events that may be delivered or have been.
    var openCount = 0
    /// Whether the open event is a live one.
    var hasBarrier = false
    /// The revision of open historical events, which are those of one fetch.
    var rev: TID?
  }

  private struct Open {
    var event: SyncEvent
    /// When the event is delivered again; nil if it waits to be delivered.
    var deadline: SyncTime?
  }

  private var lines: [DID: Line] = [:]
  private var open: [Int: Open] = [:]
  private var ready: ArraySlice<Int> = []
  /// Events to deliver again, which come first.
  private var returned: [Int] = []

  /// The number of events that are not acknowledged.
  private(set) var count = 0

  mutating func append(_ event: SyncEvent) {
    count += 1
    lines[event.did, default: Line()].waiting.append(event)
    advance(event.did)
  }

  /// The next event to deliver. It is delivered again after `deadline`.
  mutating func next(deadline: SyncTime) -> SyncEvent? {
    while let id = returned.popLast() ?? ready.popFirst() {
      // It may have been acknowledged or removed in the meantime.
      guard let entry = open[id], entry.deadline == nil else { continue }
      open[id]?.deadline = deadline
      return entry.event
    }
    return nil
  }

  /// Returns whether the event was open.
  mutating func acknowledge(_ id: Int) -> Bool {
    guard let entry = open.removeValue(forKey: id) else { return false }
    count -= 1
    let did = entry.event.did
    lines[did]?.openCount -= 1
    if entry.event.isLive { lines[did]?.hasBarrier = false }
    advance(did)
    return true
  }

  /// Delivers an open event again at a time, and not before.
  mutating func postpone(_ id: Int, until time: SyncTime) {
    if open[id]?.deadline != nil { open[id]?.deadline = time }
  }

  /// Makes an event that was delivered available again.
  mutating func release(_ id: Int) {
    guard open[id]?.deadline != nil else { return }
    open[id]?.deadline = nil
    returned.append(id)
  }

  /// Releases all events whose deadline has passed, and returns whether there were any.
  mutating func expire(at now: SyncTime) -> Bool {
    let late = open.values.filter { entry in entry.deadline.map { $0 <= now } ?? false }
    for entry in late.sorted(by: { $0.event.id > $1.event.id }) { release(entry.event.id) }
    return !late.isEmpty
  }

  /// Forgets the events of a repository.
  mutating func remove(_ did: DID) {
    guard let line = lines.removeValue(forKey: did) else { return }
    count -= line.waiting.count + line.openCount
    for (id, entry) in open where entry.event.did == did { open[id] = nil }
  }

  private mutating func advance(_ did: DID) {
    guard var line = lines.removeValue(forKey: did) else { return }
    while let event = line.waiting.first, !line.hasBarrier {
      // Events of two fetches may be about the same record.
      guard line.openCount == 0 || !event.isLive && event.rev == line.rev else { break }
      line.waiting.removeFirst()
      line.openCount += 1
      line.hasBarrier = event.isLive
      line.rev = event.rev
      open[event.id] = Open(event: event)
      ready.append(event.id)
    }
    if line.openCount > 0 || !line.waiting.isEmpty { lines[did] = line }
  }
}

extension SyncEvent {
  fileprivate var rev: TID? {
    if case .record(let change) = kind { change.rev } else { nil }
  }
}
