import NIOCore

/// The last frames of a stream, stored once for all subscribers, which only keep a position.
///
/// A position counts all frames ever appended, so it stays valid when older frames are dropped.
struct FrameRing {
  struct Entry {
    let sequence: Int
    /// The WebSocket frame, including its header.
    let frame: ByteBuffer
    /// The bytes of all frames ever appended before this one.
    fileprivate(set) var offset = 0

    init(sequence: Int, frame: ByteBuffer) {
      self.sequence = sequence
      self.frame = frame
    }
  }

  private let maximumCount: Int
  private let maximumBytes: Int
  private var entries = CircularBuffer<Entry>()
  private var byteCount = 0
  /// The bytes of all frames ever appended.
  private var endOffset = 0
  /// The position of the first entry.
  private var start = 0

  /// The sequence number of the last frame that was dropped, or of the last one before the ring's
  /// first: all later frames are here.
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

  /// Returns false, and appends nothing, unless the sequence number is greater than ``newest``.
  mutating func append(_ entry: Entry) -> Bool {
    guard entry.sequence > newest else { return false }
    newest = entry.sequence
    var entry = entry
    entry.offset = endOffset
    entries.append(entry)
    byteCount += entry.frame.readableBytes
    endOffset += entry.frame.readableBytes
    // Keep the last frame, however large.
    while entries.count > 1, entries.count > maximumCount || byteCount > maximumBytes {
      let first = entries.removeFirst()
      byteCount -= first.frame.readableBytes
      floor = first.sequence
      start += 1
    }
    return true
  }

  /// The position of the first frame after `sequence`; nil if some of those frames were dropped.
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

  /// Whether at least half of the ring can be filled before the frame at a position is dropped.
  func isInNewerHalf(_ position: Int) -> Bool {
    guard position < end else { return true }
    return end - position <= maximumCount / 2
      && endOffset - self[position - start].offset <= maximumBytes / 2
  }

  /// The sequence number of the frame at a position, or nil at the end.
  func sequence(at position: Int) -> Int? {
    position < end ? self[position - start].sequence : nil
  }

  /// The frames from a position on, up to the one that reaches `maximumBytes`; at least one if any
  /// exists. Returns nil if the frame at the position was dropped.
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
