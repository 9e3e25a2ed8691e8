import ATProtoRepo
import Dispatch
import Foundation
import Synchronization
package import XRPCServer

/// Puts all entries in one order, and finishes each once it is durable.
///
/// Entries that arrive while a batch is being written form the next one. When a batch is on disk,
/// its effects go to ``Checkpoints``, then the hosts' cursors move, and then consumers get the
/// frames. So the store never knows more than the log, and a cursor never passes unfinished work.
package final class LogWriter: Sendable {
  private struct Queue {
    var entries: [LogEntry] = []
    var bytes = 0
    var isRunning = false
    var failure: (any Error)?
  }

  /// The maximum memory for entries that wait; lanes wait above that.
  private static let maximumBytes = 64 << 20
  /// How many times in a row, half a second apart, ``drain()`` may find that the log cannot be
  /// written.
  private static let maximumFailures = 10
  private static let maximumBatch = (entries: 4_096, bytes: 8 << 20)

  private let log: any RelayLog
  private let checkpoints: Checkpoints
  private let broadcast: EventBroadcast
  private let metrics: RelayMetrics
  private let now: @Sendable () -> UInt64
  private let numbers: Mutex<LogNumbers>
  private let queue = Mutex(Queue())
  private let room = NSCondition()
  private let dispatch = DispatchQueue(label: "relay log", qos: .userInitiated)

  /// - Parameters:
  ///   - numbers: the next number and time, from ``Recovery``.
  ///   - now: the time in microseconds since the Unix epoch.
  package init(
    _ log: any RelayLog,
    _ checkpoints: Checkpoints,
    _ broadcast: EventBroadcast,
    numbers: LogNumbers,
    metrics: RelayMetrics,
    now: @escaping @Sendable () -> UInt64 = ServedLog.clock
  ) {
    self.log = log
    self.checkpoints = checkpoints
    self.broadcast = broadcast
    self.numbers = Mutex(numbers)
    self.metrics = metrics
    self.now = now
  }

  /// Returns at once.
  package func submit(_ entry: LogEntry) {
    let isIdle = queue.withLock { queue in
      queue.entries.append(entry)
      queue.bytes += entry.size
      defer { queue.isRunning = true }
      return !queue.isRunning
    }
    if isIdle { dispatch.async { [self] in run() } }
  }

  /// Blocks the thread while too many entries wait for the disk.
  package func waitForRoom() {
    guard isFull else { return }
    room.lock()
    // A limit, because the last wake-up may come between the check and the wait.
    while isFull { _ = room.wait(until: Date(timeIntervalSinceNow: 0.1)) }
    room.unlock()
  }

  private var isFull: Bool { queue.withLock { $0.bytes > Self.maximumBytes } }

  /// Returns when everything that was submitted before is durable and in the store.
  ///
  /// Throws ``failure`` if the log cannot be written for a while. Hosts then send the events again.
  package func drain() async throws {
    let (done, finished) = AsyncStream<Void>.makeStream()
    submit(LogEntry(done: { _ in finished.finish() }))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in done {} }
      group.addTask { [self] in
        var failures = 0
        while failures < Self.maximumFailures {
          try await Task.sleep(for: .milliseconds(500))
          failures = failure == nil ? 0 : failures + 1
        }
        if let failure { throw failure }
      }
      try await group.next()
      group.cancelAll()
    }
    try await checkpoints.flush()
  }

  /// Why the log cannot be written, for example because the disk is full. Writing is retried, and
  /// nothing is dropped.
  package var failure: (any Error)? { queue.withLock { $0.failure } }

  /// The last number that was given to an event.
  package var lastSequence: Int { numbers.withLock { $0.sequence - 1 } }
}

// MARK: Batches

extension LogWriter {
  private func run() {
    while let batch = next() { write(batch) }
  }

  private func next() -> [LogEntry]? {
    let batch = queue.withLock { queue -> [LogEntry]? in
      guard !queue.entries.isEmpty else {
        queue.isRunning = false
        return nil
      }
      var bytes = 0
      let batch = queue.entries.prefix(Self.maximumBatch.entries).prefix { entry in
        defer { bytes += entry.size }
        return bytes < Self.maximumBatch.bytes
      }
      bytes = batch.reduce(0) { $0 + $1.size }
      if batch.count == queue.entries.count {
        // Keeps the storage out of the batch's hands, so that appending does not copy it.
        let entries = queue.entries
        queue.entries = []
        queue.bytes = 0
        return entries
      }
      queue.bytes -= bytes
      defer { queue.entries.removeFirst(batch.count) }
      return Array(batch)
    }
    if batch != nil {
      room.lock()
      room.broadcast()
      room.unlock()
    }
    return batch
  }

  private func write(_ batch: [LogEntry]) {
    checkpoints.waitForRoom()
    let now = now()
    let numbered = numbers.withLock { numbers in batch.map { numbers.record($0, at: now) } }
    let records = numbered.compactMap { $0 }
    if let last = records.last {
      append(records)
      metrics.output.stored(records.count, upTo: last.sequence)
    }
    checkpoints.note(batch, upTo: records.last?.sequence)
    let sequences = numbered.map { $0?.sequence }
    for (entry, sequence) in zip(batch, sequences) {
      guard let ticket = entry.ticket else { continue }
      ticket.finish(sequence.map { .accepted(sequence: $0) } ?? entry.outcome ?? .abandoned)
    }
    if let last = records.last {
      broadcast.publish(
        records.map { SequencedFrame(sequence: $0.sequence, bytes: $0.frame) }
      )
      metrics.output.published(records.count, upTo: last.sequence)
    }
    for (entry, sequence) in zip(batch, sequences) { entry.done?(sequence) }
  }

  /// Tries until it succeeds: dropping a batch would lose what hosts do not send again.
  private func append(_ records: [LogRecord]) {
    while true {
      do {
        try log.append(records)
        queue.withLock { $0.failure = nil }
        return
      } catch {
        queue.withLock { $0.failure = error }
        Thread.sleep(forTimeInterval: 1)
      }
    }
  }
}

/// The number and the time of the next event. Numbers are never reused, and times increase.
package struct LogNumbers: Sendable {
  package var sequence: Int
  package var microseconds: UInt64

  package init(sequence: Int, microseconds: UInt64 = 0) {
    self.sequence = sequence
    self.microseconds = microseconds
  }

  /// Returns nil for a silent entry.
  mutating func record(_ entry: LogEntry, at now: UInt64) -> LogRecord? {
    guard let kind = entry.kind, let frame = entry.frame, let row = entry.effect else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(frame.count)
    frame.write(sequence, into: &bytes)
    let record = LogRecord(
      sequence: sequence,
      microseconds: max(microseconds, now),
      kind: kind,
      account: row.id,
      host: entry.ticket?.host ?? row.host,
      upstreamSequence: entry.ticket?.currentSequence,
      operationCount: min(entry.operationCount, Int(UInt16.max)),
      collections: entry.collections,
      effect: LogEffect(row, entry.changes?.bounded).bytes,
      frame: bytes
    )
    sequence += 1
    microseconds = record.end
    return record
  }
}
