import Dispatch
import Foundation
import ServiceKit
import Synchronization
import XRPCServer

/// Events in files of a directory, synced to disk batch by batch.
///
/// A file is written until it is large or old. Then its index moves from memory to a file beside it,
/// and another file is started.
package final class SegmentLog: RelayLog {
  /// How the files are divided.
  struct Limits {
    var bytes = 256 << 20
    var microseconds: UInt64 = 3_600_000_000
    /// A tail of the last file that is longer than this and cannot be read is not what a crash
    /// leaves behind: batches have at most 8 MiB and one more frame.
    var tornBytes = 16 << 20
  }

  struct State {
    /// In ascending order. Only the last one is written.
    var segments: [Segment] = []
    var isClosed = false
  }

  private let directory: String
  private let limits: Limits
  private let lock: DirectoryLock
  let state: Mutex<State>
  /// Of the last segment; used only by the thread that appends.
  private let file: Mutex<LogFile?>
  private let willSync: @Sendable () throws -> Void
  let reads = DispatchQueue(label: "relay log reads", attributes: .concurrent)
  let readers = AsyncSemaphore(16)
  private let signal = EventSignal()

  /// Opens the log in a directory, which is created if necessary. A batch that a crash left
  /// unfinished, so that it was never sent, is cut off.
  ///
  /// Throws ``ServiceError/Code/storage`` if another relay uses the directory, and
  /// ``ServiceError/Code/corruption`` if more than the last batch is damaged.
  ///
  /// - Parameter maximumBytes: the maximum size of the log, so that its files are small enough to
  ///   be deleted one by one; nil if there is no limit.
  package convenience init(directory: String, maximumBytes: Int? = nil) throws {
    var limits = Limits()
    if let maximumBytes { limits.bytes = min(limits.bytes, maximumBytes / 8) }
    try self.init(directory: directory, limits: limits)
  }

  /// - Parameter willSync: called before a batch or the directory is synced; throws if the disk fails.
  init(
    directory: String,
    limits: Limits,
    willSync: @escaping @Sendable () throws -> Void = {}
  ) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: directory,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    } catch {
      throw ServiceError(cannotCreate: "the directory \(directory)", error)
    }
    self.directory = directory
    self.limits = limits
    self.willSync = willSync
    lock = try DirectoryLock(directory, name: "relay.lock")
    let (segments, file) = try Self.open(directory, limits)
    state = Mutex(State(segments: segments))
    self.file = Mutex(file)
  }

  private static func open(
    _ directory: String,
    _ limits: Limits
  ) throws -> (segments: [Segment], file: LogFile?) {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasSuffix(".log") && $0.count == 20 }
      .sorted()
    guard let newest = names.last else { return ([], nil) }
    var segments = try names.dropLast().map { try Segment(sealed: directory + "/" + $0) }
    let path = directory + "/" + newest
    let file = try LogFile(writing: path)
    let size = try file.size()
    let segment = try Segment(scanning: path)
    guard size - (segment?.size ?? 0) <= limits.tornBytes else {
      throw ServiceError(.corruption, "cannot read \(path): it is damaged")
    }
    guard let segment else {
      // Not even its first batch was finished.
      try FileManager.default.removeItem(atPath: path)
      guard var last = segments.popLast() else { return ([], nil) }
      // It may take more events: its index is made again.
      last.index = try last.openIndex().entries(0..<last.openIndex().count)
      return (segments + [last], try LogFile(writing: last.path))
    }
    if size > segment.size {
      try file.truncate(to: segment.size)
      try file.sync()
    }
    return (segments + [segment], file)
  }

  package var last: (sequence: Int, microseconds: UInt64)? {
    state.withLock { $0.segments.last.map { ($0.last.sequence, $0.last.end) } }
  }

  package func window() -> ClosedRange<Int>? {
    state.withLock { state in
      guard let first = state.segments.first, let last = state.segments.last else { return nil }
      return first.first.sequence...last.last.sequence
    }
  }

  package func wakeUps() -> AsyncStream<Void> { signal.wakeUps() }

  package func close() throws {
    state.withLock { $0.isClosed = true }
    file.withLock { $0 = nil }
    lock.release()
  }
}

// MARK: Writing

extension SegmentLog {
  package func append(_ records: [LogRecord]) throws {
    guard !records.isEmpty else { return }
    let batch = Batch(records)
    try file.withLock { file in
      let microseconds = records[0].microseconds
      // Without a second reference to the index, which appending would copy.
      let open = try state.withLock { state -> (size: Int, isFull: Bool)? in
        guard !state.isClosed else {
          throw ServiceError(.storage, "cannot write the log: it is closed")
        }
        return state.segments.last.map { ($0.size, isFull($0, at: microseconds)) }
      }
      if let file, let open, !open.isFull {
        try write(batch, to: file, at: open.size)
        state.withLock { $0.segments[$0.segments.count - 1].append(batch) }
        return
      }
      if var sealed = state.withLock({ $0.segments.last }), sealed.index != nil {
        try sealed.seal()
        state.withLock { [sealed] in $0.segments[$0.segments.count - 1] = sealed }
      }
      let segment = Segment(directory: directory, batch: batch)
      let new = try LogFile(writing: segment.path)
      try write(batch, to: new, at: 0)
      do {
        // Make the name of the file durable as well.
        try willSync()
        try DurableFile.sync(directory)
      } catch {
        try? new.truncate(to: 0)
        throw error
      }
      state.withLock { $0.segments.append(segment) }
      file = new
    }
    signal.notify()
  }

  private func isFull(_ segment: Segment, at microseconds: UInt64) -> Bool {
    segment.index == nil || segment.size >= limits.bytes
      || microseconds >= segment.first.microseconds + limits.microseconds
  }

  /// Leaves the file as it was if it throws.
  private func write(_ batch: Batch, to file: LogFile, at offset: Int) throws {
    do {
      try file.write(batch.bytes, at: offset)
      try willSync()
      try file.sync()
    } catch {
      try? file.truncate(to: offset)
      throw error
    }
  }

  package func removeRecords(before microseconds: UInt64, through sequence: Int) throws {
    try removeSegments { segments in
      segments.prefix { $0.last.end <= microseconds && $0.last.sequence <= sequence }.count
    }
  }

  package func removeRecords(exceeding bytes: Int, through sequence: Int) throws {
    try removeSegments { segments in
      var size = segments.reduce(0) { $0 + $1.size }
      return segments.prefix { segment in
        defer { size -= segment.size }
        return size > bytes && segment.last.sequence <= sequence
      }.count
    }
  }

  /// - Parameter count: returns how many of the oldest segments to remove.
  private func removeSegments(_ count: ([Segment]) -> Int) throws {
    let old = state.withLock { state -> [Segment] in
      // The last one stays: numbering continues from it.
      let old = Array(state.segments.dropLast().prefix(count(state.segments)))
      state.segments.removeFirst(old.count)
      return old
    }
    for segment in old {
      // The index last: without the segment it is ignored.
      try FileManager.default.removeItem(atPath: segment.path)
      try? FileManager.default.removeItem(atPath: segment.indexPath)
    }
    if !old.isEmpty { try DurableFile.sync(directory) }
  }
}
