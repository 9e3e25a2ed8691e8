/// How far the events of a host have been finished.
///
/// A host sends increasing numbers, with gaps. So of all numbers up to the highest one received,
/// only those of unfinished events matter: everything between them is finished or does not exist.
struct HostProgress: Sendable {
  enum Receipt: Hashable, Sendable {
    case new
    /// The event is finished, or under way since an earlier connection.
    case repeated
  }

  private struct Unfinished: Sendable {
    let sequence: Int
    /// Whether the event was dropped without a decision, and must be received again.
    var isLost = false
  }

  /// The highest number that was received, or up to which everything is finished.
  private var highest: Int?
  /// In ascending order.
  private var unfinished: [Unfinished] = []
  /// Numbers above ``highest`` that an earlier process has finished, in ascending order.
  private var earlier: [Range<Int>]

  init(cursor: Int? = nil, ahead: [Range<Int>] = []) {
    highest = cursor
    earlier = ahead
  }

  /// The number after which a connection has to begin, or nil before the first event.
  var cursor: Int? { unfinished.first.map { $0.sequence - 1 } ?? highest }

  /// The numbers after ``cursor`` that are finished, in ascending order.
  var ahead: [Range<Int>] {
    var ranges: [Range<Int>] = []
    for (index, event) in unfinished.enumerated() {
      let start = event.sequence + 1
      let end = index + 1 < unfinished.count ? unfinished[index + 1].sequence : (highest ?? 0) + 1
      if start < end { ranges.append(start..<end) }
    }
    for range in earlier {
      if let last = ranges.last, last.upperBound == range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    return ranges
  }

  /// The number of events that are not finished.
  var openCount: Int { unfinished.count }

  /// The highest number that was received.
  var highestReceived: Int? { highest }

  /// Records an event.
  ///
  /// - Parameter cursor: where the connection began. Lost events after it that were not sent again
  ///   before this one no longer exist. Nil if none are known not to exist.
  mutating func receive(_ sequence: Int, after cursor: Int? = nil) -> Receipt {
    if let cursor, unfinished.contains(where: \.isLost) {
      unfinished.removeAll { $0.isLost && $0.sequence > cursor && $0.sequence < sequence }
    }
    guard sequence > highest ?? 0 else {
      guard let index = index(of: sequence), unfinished[index].isLost else { return .repeated }
      unfinished[index].isLost = false
      return .new
    }
    while let range = earlier.first, range.upperBound <= sequence { earlier.removeFirst() }
    if let range = earlier.first, range.contains(sequence) {
      highest = range.upperBound - 1
      earlier.removeFirst()
      return .repeated
    }
    highest = sequence
    unfinished.append(Unfinished(sequence: sequence))
    return .new
  }

  /// Records that an event is finished.
  mutating func finish(_ sequence: Int) {
    guard let index = index(of: sequence) else { return }
    unfinished.remove(at: index)
  }

  /// Records that an event was dropped without a decision. The cursor stays before it.
  mutating func abandon(_ sequence: Int) {
    guard let index = index(of: sequence) else { return }
    unfinished[index].isLost = true
  }

  private func index(of sequence: Int) -> Int? {
    var range = unfinished.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if unfinished[middle].sequence == sequence { return middle }
      if unfinished[middle].sequence < sequence {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return nil
  }
}
