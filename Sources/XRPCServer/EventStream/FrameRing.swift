import NIOCore

/// The last frames of a stream, each once for all subscribers, who keep only their position.
///
/// A position counts all frames that were ever appended; it does not move when others leave.
struct FrameRing {
  struct Entry {
    let sequence: Int
    /// The WebSocket frame, header included.
    let frame: ByteBuffer
  }

  private let maximumCount: Int
  private let maximumBytes: Int
  private var entries = CircularBuffer<Entry>()
  private var byteCount = 0
  /// The position of the first entry.
  private var start = 0

  /// The sequence number of the last frame that has left, or of the last before all: what comes
  /// after it is here.
  private(set) var floor: Int
  /// The sequence number of the last frame.
  private(set) var newest: Int

  /// The position after the last frame.
  var end: Int { start + entries.count }

  init(newest: Int, maximumCount: Int, maximumBytes: Int) {
    floor = newest
    self.newest = newest
    self.maximumCount = maximumCount
    self.maximumBytes = maximumBytes
  }

  /// False where the sequence number is not a new one.
  mutating func append(_ entry: Entry) -> Bool {
    guard entry.sequence > newest else { return false }
    newest = entry.sequence
    entries.append(entry)
    byteCount += entry.frame.readableBytes
    // The last frame stays, however large.
    while entries.count > 1, entries.count > maximumCount || byteCount > maximumBytes {
      let first = entries.removeFirst()
      byteCount -= first.frame.readableBytes
      floor = first.sequence
      start += 1
    }
    return true
  }

  /// Where the frames after `sequence` begin; nil where some of them have left.
  func position(after sequence: Int) -> Int? {
    guard sequence >= floor else { return nil }
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].sequence > sequence { high = middle } else { low = middle + 1 }
    }
    return start + low
  }

  /// Frames from a position on, until `maximumBytes` are reached; at least one where there is one.
  /// Nil where the position has left.
  func frames(from position: Int, maximumBytes: Int) -> [Entry]? {
    guard position >= start else { return nil }
    var found: [Entry] = []
    var bytes = 0
    var index = position - start
    while index < entries.count, bytes < maximumBytes || found.isEmpty {
      let entry = self[index]
      found.append(entry)
      bytes += entry.frame.readableBytes
      index += 1
    }
    return found
  }

  private subscript(index: Int) -> Entry {
    entries[entries.index(entries.startIndex, offsetBy: index)]
  }
}
