package import ATProtoSyntax
package import XRPCServer

/// The in-memory twin of a stored event log: a value, so that a transaction works on a copy.
package struct MemoryEvents: Sendable {
  private struct Entry {
    var frame: SequencedFrame
    var key: String
    /// Milliseconds since 1970.
    var milliseconds: Int
  }

  private var entries: [Entry] = []

  package init() {}

  package mutating func append(
    _ key: String,
    _ frame: (_ sequence: Int, _ instant: Datetime.Instant) throws -> [UInt8]
  ) rethrows {
    let instant = Datetime.Instant.now
    // The last event is never removed, so sequence numbers are not reused.
    let sequence = (entries.last?.frame.sequence ?? 0) + 1
    entries.append(
      Entry(
        frame: SequencedFrame(sequence: sequence, bytes: try frame(sequence, instant)),
        key: key,
        milliseconds: instant.milliseconds
      )
    )
  }

  package func window() -> ClosedRange<Int>? {
    guard let first = entries.first, let last = entries.last else { return nil }
    return first.frame.sequence...last.frame.sequence
  }

  package func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) -> [SequencedFrame] {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].frame.sequence > sequence { high = middle } else { low = middle + 1 }
    }
    var bytes = 0
    return entries[low...].prefix(maximumCount).prefix { entry in
      defer { bytes += entry.frame.bytes.count }
      return bytes < maximumBytes
    }.map(\.frame)
  }

  package mutating func removeEvents(before milliseconds: Int, limit: Int) -> Bool {
    let old = entries.dropLast().prefix { $0.milliseconds < milliseconds }.count
    entries.removeFirst(min(old, limit))
    return old > limit
  }

  package mutating func removeEvents(of key: String) {
    guard let last = entries.last else { return }
    entries.removeAll { $0.key == key && $0.frame.sequence != last.frame.sequence }
  }
}

extension Datetime.Instant {
  /// Milliseconds since 1970.
  package var milliseconds: Int { Int(seconds) * 1000 + Int(nanoseconds) / 1_000_000 }
}
