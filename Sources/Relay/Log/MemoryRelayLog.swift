import Synchronization
package import XRPCServer

/// Keeps events in memory, for as long as the process runs: for tests and development.
package final class MemoryRelayLog: RelayLog {
  /// The maximum number of records to look at for one page of entries.
  private static let maximumScan = 100_000

  private let records = Mutex<[LogRecord]>([])
  private let signal = EventSignal()

  package init() {}

  package func append(_ new: [LogRecord]) throws {
    records.withLock { $0 += new }
    signal.notify()
  }

  package var last: (sequence: Int, microseconds: UInt64)? {
    records.withLock { $0.last.map { ($0.sequence, $0.end) } }
  }

  package func window() -> ClosedRange<Int>? {
    records.withLock { records in
      guard let first = records.first, let last = records.last else { return nil }
      return first.sequence...last.sequence
    }
  }

  package func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) -> [SequencedFrame] {
    page(after: sequence, maximumBytes, maximumCount: maximumCount).map {
      SequencedFrame(sequence: $0.sequence, bytes: $0.frame)
    }
  }

  package func records(after sequence: Int, maximumBytes: Int) -> [LogRecord] {
    Array(page(after: sequence, maximumBytes))
  }

  private func page(
    after sequence: Int,
    _ maximumBytes: Int,
    maximumCount: Int = .max
  ) -> ArraySlice<LogRecord> {
    records.withLock { records in
      let start = records.partitioningIndex { $0.sequence > sequence }
      var bytes = 0
      return records[start...].prefix(maximumCount).prefix { record in
        defer { bytes += record.frame.count }
        return bytes < maximumBytes
      }
    }
  }

  package func entries(
    after position: LogPosition,
    matching filter: LogFilter,
    maximumCount: Int
  ) -> LogEntries {
    records.withLock { records in
      var found: [LogRecord] = []
      var index = records.partitioningIndex { $0.sequence > position.sequence }
      let end = min(records.count, index + Self.maximumScan)
      var reached = position
      while index < end, found.count < maximumCount {
        var record = records[index]
        reached.sequence = record.sequence
        index += 1
        guard filter.wants(record.kind, record.account, record.collections) else { continue }
        record.effect = []
        found.append(record)
      }
      return LogEntries(records: found, position: reached, isAtEnd: index == records.count)
    }
  }

  package func position(at microseconds: UInt64) -> LogPosition {
    records.withLock { records in
      let start = records.partitioningIndex { $0.end > microseconds }
      guard start < records.count else { return LogPosition(sequence: records.last?.sequence ?? 0) }
      return LogPosition(sequence: records[start].sequence - 1)
    }
  }

  package func removeRecords(before microseconds: UInt64, through sequence: Int) throws {
    records.withLock { records in
      let old = records.partitioningIndex {
        $0.microseconds >= microseconds || $0.sequence > sequence
      }
      records.removeFirst(min(old, max(0, records.count - 1)))
    }
  }

  package func removeRecords(exceeding bytes: Int, through sequence: Int) throws {
    records.withLock { records in
      var size = records.reduce(0) { $0 + $1.frame.count }
      let count = records.dropLast().prefix { record in
        defer { size -= record.frame.count }
        return size > bytes && record.sequence <= sequence
      }.count
      records.removeFirst(count)
    }
  }

  package func wakeUps() -> AsyncStream<Void> { signal.wakeUps() }

  package func close() {}
}

extension RandomAccessCollection {
  /// The index of the first element that satisfies a condition, which all later ones satisfy too.
  func partitioningIndex(where isAfter: (Element) throws -> Bool) rethrows -> Index {
    var low = startIndex
    var count = self.count
    while count > 0 {
      let half = count / 2
      let middle = index(low, offsetBy: half)
      if try isAfter(self[middle]) {
        count = half
      } else {
        low = index(after: middle)
        count -= half + 1
      }
    }
    return low
  }
}
