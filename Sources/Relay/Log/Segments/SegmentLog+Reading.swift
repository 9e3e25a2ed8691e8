import Foundation
import ServiceKit
import Synchronization
package import XRPCServer

extension SegmentLog {
  /// The maximum number of entries of an index to look at for one page.
  private static let maximumScan = 100_000
  /// The maximum number of bytes of frames in one page of entries.
  private static let maximumBytes = 4 << 20

  package func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) async throws -> [SequencedFrame] {
    try await perform { [self] in
      try page(after: sequence, maximumCount, maximumBytes) { entry, bytes in
        Record.frame(bytes).map { SequencedFrame(sequence: entry.sequence, bytes: Array($0)) }
      }
    }
  }

  package func records(after sequence: Int, maximumBytes: Int) async throws -> [LogRecord] {
    try await perform { [self] in
      try page(after: sequence, .max, maximumBytes) { Record.read($1)?.record }
    }
  }

  package func position(at microseconds: UInt64) async throws -> LogPosition {
    try await perform { [self] in
      let (sealed, position) = state.withLock { state -> (Segment?, Int) in
        // The first segment that ends after the time, or the end of the log.
        let index = state.segments.partitioningIndex { $0.last.end > microseconds }
        guard index < state.segments.count else {
          return (nil, state.segments.last?.last.sequence ?? 0)
        }
        guard let open = state.segments[index].index else { return (state.segments[index], 0) }
        return (nil, open[open.partitioningIndex { $0.end > microseconds }].sequence - 1)
      }
      guard let sealed else { return LogPosition(sequence: position) }
      let index = try sealed.openIndex()
      let first = try index.first { $0.end > microseconds }
      return LogPosition(sequence: try index.entries(first..<first + 1)[0].sequence - 1)
    }
  }

  package func entries(
    after position: LogPosition,
    matching filter: LogFilter,
    maximumCount: Int
  ) async throws -> LogEntries {
    try await perform { [self] in
      var found: [LogRecord] = []
      var reached = position
      var scanned = 0
      var bytes = 0
      while scanned < Self.maximumScan, found.count < maximumCount, bytes < Self.maximumBytes {
        let limit = min(4_096, Self.maximumScan - scanned)
        guard let part = try entries(after: reached.sequence, limit) else {
          return LogEntries(records: found, position: reached, isAtEnd: true)
        }
        var file: LogFile?
        for entry in part.entries {
          guard found.count < maximumCount, bytes < Self.maximumBytes else { break }
          reached.sequence = entry.sequence
          scanned += 1
          guard filter.wants(entry.kind, entry.account, entry.collections) else { continue }
          let open = try file ?? LogFile(reading: part.path)
          file = open
          let record = Record.read(
            try open.read(entry.length, at: entry.offset)[...],
            withEffect: false
          )
          guard let record = record?.record else { throw Self.damaged(part.path) }
          found.append(record)
          bytes += record.frame.count
        }
      }
      let isAtEnd = reached.sequence >= last?.sequence ?? 0
      return LogEntries(records: found, position: reached, isAtEnd: isAtEnd)
    }
  }
}

extension SegmentLog {
  /// Reading blocks, so it does not run on the threads of tasks.
  private func perform<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await readers.run {
      try await withCheckedThrowingContinuation { continuation in
        reads.async { continuation.resume(with: Result { try Self.retrying(work) }) }
      }
    }
  }

  /// A segment may be sealed, or removed as too old, while it is being read.
  private static func retrying<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as ServiceError where error.code == .storage {
      return try work()
    }
  }

  /// The next entries, all of one segment; nil at the end.
  private func entries(
    after sequence: Int,
    _ limit: Int
  ) throws -> (path: String, entries: [IndexEntry])? {
    enum Place {
      case end
      case open(path: String, [IndexEntry])
      case sealed(Segment)
    }
    let place = state.withLock { state -> Place in
      let position = state.segments.partitioningIndex { $0.last.sequence > sequence }
      guard position < state.segments.count else { return .end }
      guard let index = state.segments[position].index else {
        return .sealed(state.segments[position])
      }
      // Copied here: a second reference would make the writer copy the whole index.
      let first = index.partitioningIndex { $0.sequence > sequence }
      return .open(path: state.segments[position].path, Array(index[first...].prefix(limit)))
    }
    switch place {
    case .end: return nil
    case .open(let path, let entries): return (path, entries)
    case .sealed(let segment):
      let index = try segment.openIndex()
      let first = try index.first { $0.sequence > sequence }
      return (segment.path, try index.entries(first..<min(index.count, first + limit)))
    }
  }

  private func page<Value>(
    after sequence: Int,
    _ maximumCount: Int,
    _ maximumBytes: Int,
    _ read: (IndexEntry, ArraySlice<UInt8>) -> Value?
  ) throws -> [Value] {
    var values: [Value] = []
    var after = sequence
    var size = 0
    while values.count < maximumCount, size < maximumBytes {
      let limit = min(4_096, maximumCount - values.count)
      guard let part = try entries(after: after, limit) else { break }
      var chosen = part.entries[...]
      var total = size
      if let end = chosen.firstIndex(where: { entry in
        total += entry.length
        return total >= maximumBytes
      }) {
        chosen = chosen[...end]
      }
      guard let first = chosen.first, let last = chosen.last else { break }
      let file = try LogFile(reading: part.path)
      let bytes = try file.read(last.upperBound - first.offset, at: first.offset)
      for entry in chosen {
        let start = entry.offset - first.offset
        guard start + entry.length <= bytes.count,
          let value = read(entry, bytes[start..<start + entry.length])
        else { throw Self.damaged(part.path) }
        values.append(value)
      }
      after = last.sequence
      size = total
    }
    return values
  }

  private static func damaged(_ path: String) -> ServiceError {
    ServiceError(.corruption, "cannot read \(path): it is damaged")
  }
}
