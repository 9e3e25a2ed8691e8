import ATProtoRepo
import ATProtoSyntax

/// Decides which events may be delivered, without a clock or locks.
///
/// For each repository: a live event waits until all earlier events are acknowledged, and later
/// events wait until it is. Historical events do not wait for each other.
///
/// Only some events of a repository are in memory, so that a repository whose events are not
/// acknowledged does not keep out the events of others. The rest stay in the store and are
/// requested with ``nextGap()``.
struct DeliveryQueue {
  /// Where the events of a repository continue in the store.
  struct Gap: Equatable {
    var did: DID
    /// The last event of the repository that was appended.
    var after: Int
    /// The maximum number of events to append.
    var limit: Int
  }

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
    /// The last event that was appended.
    var last = 0
    /// Whether there was no room for events after the last one.
    var hasGap = false

    var count: Int { waiting.count + openCount }
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
  /// Repositories with a gap and room for more events.
  private var gaps: Set<DID> = []
  private let capacity: Int

  /// The number of events in memory that are not acknowledged.
  private(set) var count = 0

  /// - Parameter capacity: the maximum number of events in memory. It is exceeded only for
  ///   repositories that would otherwise have none.
  init(capacity: Int = 5_000) {
    self.capacity = capacity
  }

  var isFull: Bool { count >= capacity }

  /// The maximum number of events of one repository; low if there are many repositories.
  private var limit: Int { count < capacity / 2 ? 100 : 4 }

  /// Appends the next event of the store, unless its repository has enough events in memory.
  mutating func append(_ event: SyncEvent) {
    var line = lines[event.did] ?? Line()
    if line.hasGap || line.count >= limit {
      line.hasGap = true
      lines[event.did] = line
      return
    }
    append(event, to: &line)
    lines[event.did] = line
    advance(event.did)
  }

  private mutating func append(_ event: SyncEvent, to line: inout Line) {
    count += 1
    line.waiting.append(event)
    line.last = event.id
  }

  // MARK: Gaps

  /// The repository whose events should be read next.
  mutating func nextGap() -> Gap? {
    while let did = gaps.popFirst() {
      guard let line = lines[did], line.hasGap, line.count < limit else { continue }
      return Gap(did: did, after: line.last, limit: limit - line.count)
    }
    return nil
  }

  /// Appends the events that follow a gap. If there are fewer than there is room for, the gap is
  /// closed.
  mutating func fill(_ gap: Gap, with events: [SyncEvent]) {
    guard var line = lines[gap.did], line.hasGap, line.last == gap.after else { return }
    for event in events { append(event, to: &line) }
    line.hasGap = events.count >= gap.limit
    lines[gap.did] = line
    advance(gap.did)
  }

  /// Keeps a gap that could not be read, so that it is requested again.
  mutating func keep(_ gap: Gap) {
    if lines[gap.did]?.hasGap ?? false { gaps.insert(gap.did) }
  }

  // MARK: Delivery

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
    if let line = lines[did], line.hasGap, 2 * line.count <= limit { gaps.insert(did) }
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
    gaps.remove(did)
    guard let line = lines.removeValue(forKey: did) else { return }
    count -= line.count
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
    if line.count > 0 || line.hasGap { lines[did] = line }
  }
}

extension SyncEvent {
  fileprivate var rev: TID? {
    if case .record(let change) = kind { change.rev } else { nil }
  }
}
