import Synchronization

/// Keeps the last events in memory: for tests, and for streams whose past nobody needs after a
/// restart.
public final class MemoryEventLog: EventLog {
  private let maximumCount: Int
  private let kept = Mutex<[SequencedFrame]>([])

  public init(maximumCount: Int = 10_000) {
    self.maximumCount = maximumCount
  }

  /// - Precondition: `frame` has a greater sequence number than the last.
  public func append(_ frame: SequencedFrame) {
    kept.withLock { kept in
      precondition(kept.last.map { $0.sequence < frame.sequence } ?? true)
      kept.append(frame)
      // Half as much again is kept before the front goes, so that it seldom has to.
      if kept.count > maximumCount + maximumCount / 2 {
        kept.removeFirst(kept.count - maximumCount)
      }
    }
  }

  public func window() -> ClosedRange<Int>? {
    kept.withLock { kept in
      guard let first = kept.first, let last = kept.last else { return nil }
      return first.sequence...last.sequence
    }
  }

  public func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) -> [SequencedFrame] {
    kept.withLock { kept in
      var low = 0
      var high = kept.count
      while low < high {
        let middle = (low + high) / 2
        if kept[middle].sequence > sequence { high = middle } else { low = middle + 1 }
      }
      var bytes = 0
      return Array(
        kept[low...].prefix(maximumCount).prefix { frame in
          defer { bytes += frame.bytes.count }
          return bytes < maximumBytes
        }
      )
    }
  }
}
