/// The last events, for subscribers that have caught up.
///
/// A position counts all events ever appended, so it stays valid when older events are dropped.
struct JetstreamRing {
  private let maximumCount: Int
  private let maximumBytes: Int
  private var events: ArraySlice<JetstreamEvent> = []
  private var byteCount = 0

  /// The number of the last record that was dropped, or of the last one before the ring's first.
  private(set) var floor: Int
  /// The number of the last record that was looked at.
  private(set) var newest: Int
  /// The position after the last event.
  private(set) var end = 0

  init(newest: Int, maximumCount: Int, maximumBytes: Int = 64 << 20) {
    floor = newest
    self.newest = newest
    self.maximumCount = maximumCount
    self.maximumBytes = maximumBytes
  }

  private var start: Int { end - events.count }

  /// - Parameter newest: the number of the last record that was looked at.
  mutating func append(_ new: [JetstreamEvent], upTo newest: Int) {
    guard newest > self.newest else { return }
    self.newest = newest
    for event in new {
      events.append(event)
      end += 1
      byteCount += event.size
    }
    while events.count > 1, events.count > maximumCount || byteCount > maximumBytes {
      guard let first = events.popFirst() else { break }
      byteCount -= first.size
      floor = first.sequence
    }
  }

  /// The position of the first event after a record; nil if some of those events were dropped.
  func position(after sequence: Int) -> Int? {
    guard sequence >= floor else { return nil }
    return start + (events.partitioningIndex { $0.sequence > sequence } - events.startIndex)
  }

  /// The next events; nil if the event at the position was dropped.
  func events(from position: Int, maximumCount: Int) -> ArraySlice<JetstreamEvent>? {
    guard position >= start else { return nil }
    return events[(events.endIndex - (end - position))...].prefix(maximumCount)
  }
}
