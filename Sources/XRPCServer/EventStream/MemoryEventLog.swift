import Synchronization

/// Keeps the last events in memory: for tests, and for streams that need no history after a restart.
public final class MemoryEventLog: EventLog {
  private let maximumCount: Int
  private let kept = Mutex<[SequencedFrame]>([])
  private let signal = EventSignal()

  /// - Parameter maximumCount: the minimum number of events to keep.
  public init(maximumCount: Int = 10_000) {
    self.maximumCount = maximumCount
  }

  /// Appends an event and wakes the log's readers.
  ///
  /// - Precondition: the sequence number of `frame` is greater than that of the last event.
  public func append(_ frame: SequencedFrame) {
    append(CollectionOfOne(frame))
  }

  /// Appends several events with one wake-up.
  ///
  /// - Precondition: the sequence numbers increase, starting after that of the last event.
  public func append(_ frames: some Collection<SequencedFrame>) {
    kept.withLock { kept in
      for frame in frames {
        precondition(kept.last.map { $0.sequence < frame.sequence } ?? true)
        kept.append(frame)
      }
      // The front is removed only after growing by half, so that appending rarely moves the rest.
      if kept.count > maximumCount + maximumCount / 2 {
        kept.removeFirst(kept.count - maximumCount)
      }
    }
    signal.notify()
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

  public func wakeUps() -> AsyncStream<Void> { signal.wakeUps() }
}
