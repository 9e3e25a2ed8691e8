package import ATProtoData
package import ATProtoSyntax
import Synchronization
package import VerifiedSync

/// A change of an indexed record, after it was committed.
package struct LiveUpdate: Sendable {
  /// Grows with each update, also across restarts.
  package let sequence: Int
  package let address: RecordAddress
  /// The revision of the repository.
  package let rev: TID
  package let action: RecordChange.Action
  /// Nil if the record was deleted.
  package let cid: CID?
  /// The record in DAG-CBOR; nil if it was deleted.
  package let bytes: [UInt8]?
  /// When the change was indexed, in microseconds since the Unix epoch.
  package let time: Int64
}

/// Passes committed changes on to subscribers. The writer never waits: a subscriber that does not
/// keep up is dropped.
///
/// Updates of one repository are in order. The history of a repository that is fetched for the
/// first time is not passed on.
package final class LiveUpdates: Sendable {
  /// The most batches that wait for a subscriber, and the most bytes of records in them. A batch that
  /// is larger may wait alone.
  private static let capacity = 256
  private static let waitingBytes = 32 << 20
  /// The most updates, and their bytes, that are kept for subscribers that return.
  private static let keptUpdates = 5_000
  private static let keptBytes = 8 << 20

  private struct State {
    var lastSequence: Int
    var lastKey = 0
    var subscribers: [Int: (AsyncStream<[LiveUpdate]>.Continuation, LiveSubscription.Marks)] = [:]
    var kept: ArraySlice<LiveUpdate> = []
    var keptBytes = 0
    /// What the memory of ``kept`` still has of those that were removed.
    var removed = 0
    var removedBytes = 0

    mutating func keep(_ updates: [LiveUpdate]) {
      kept += updates
      keptBytes += updates.size
      while kept.count > LiveUpdates.keptUpdates || keptBytes > LiveUpdates.keptBytes {
        guard let first = kept.popFirst() else { break }
        removed += 1
        removedBytes += first.size
        keptBytes -= first.size
      }
      // A slice holds on to elements before its beginning.
      guard removed > LiveUpdates.keptUpdates || removedBytes > LiveUpdates.keptBytes else {
        return
      }
      kept = Array(kept)[...]
      removed = 0
      removedBytes = 0
    }
  }

  private let state: Mutex<State>

  /// - Parameter now: microseconds since the Unix epoch, where sequence numbers begin.
  package init(now: Int64) {
    state = Mutex(State(lastSequence: Int(clamping: now)))
  }

  package var subscriberCount: Int { state.withLock { $0.subscribers.count } }
  package var lastSequence: Int { state.withLock { $0.lastSequence } }

  /// Subscribes to later updates, beginning with those after a sequence number that are still kept.
  package func subscribe(after sequence: Int? = nil) -> LiveSubscription {
    let (stream, continuation) = AsyncStream<[LiveUpdate]>.makeStream(
      bufferingPolicy: .bufferingOldest(Self.capacity)
    )
    let marks = LiveSubscription.Marks()
    let (key, missesUpdates) = state.withLock { state in
      state.lastKey += 1
      state.subscribers[state.lastKey] = (continuation, marks)
      guard let sequence else { return (state.lastKey, false) }
      let updates = state.kept.filter { $0.sequence > sequence }
      if !updates.isEmpty {
        marks.waitingBytes.add(Array(updates).size, ordering: .relaxed)
        continuation.yield(Array(updates))
      }
      let oldest = state.kept.first?.sequence ?? state.lastSequence + 1
      return (state.lastKey, sequence + 1 < oldest)
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.subscribers.removeValue(forKey: key) }
    }
    return LiveSubscription(updates: stream, missesUpdates: missesUpdates, marks: marks)
  }

  /// Ends all subscriptions.
  package func end() {
    let subscribers = state.withLock { state in
      defer { state.subscribers = [:] }
      return state.subscribers.values.map(\.0)
    }
    for subscriber in subscribers { subscriber.finish() }
  }

  func publish(_ records: [PreparedRecord], at now: Int64) {
    guard !records.isEmpty else { return }
    let dropped = state.withLock { state in
      let updates = records.map { record in
        state.lastSequence += 1
        return record.update(state.lastSequence, now)
      }
      let size = updates.size
      state.keep(updates)
      var dropped: [AsyncStream<[LiveUpdate]>.Continuation] = []
      for (key, (subscriber, marks)) in state.subscribers {
        let waiting = marks.waitingBytes.load(ordering: .relaxed)
        if waiting == 0 || waiting + size <= Self.waitingBytes {
          // Before the subscriber can subtract them.
          marks.waitingBytes.add(size, ordering: .relaxed)
          guard case .dropped = subscriber.yield(updates) else { continue }
        }
        marks.hasFallenBehind.store(true, ordering: .relaxed)
        state.subscribers[key] = nil
        dropped.append(subscriber)
      }
      return dropped
    }
    for subscriber in dropped { subscriber.finish() }
  }
}

extension [LiveUpdate] {
  /// The bytes that are in memory.
  fileprivate var size: Int { reduce(0) { $0 + $1.size } }
}

extension LiveUpdate {
  fileprivate var size: Int { 200 + (bytes?.count ?? 0) }
}

/// Updates for one subscriber. Releasing it ends the subscription.
package struct LiveSubscription: Sendable {
  final class Marks: Sendable {
    let hasFallenBehind = Atomic<Bool>(false)
    /// The size of the updates that wait.
    let waitingBytes = Atomic<Int>(0)
  }

  fileprivate let updates: AsyncStream<[LiveUpdate]>
  /// Whether updates after the requested sequence number are no longer kept.
  package let missesUpdates: Bool
  let marks: Marks

  /// Waits for the next updates, in order, those that were committed together at once; nil at the
  /// end. Only one task may call it.
  package func next() async -> [LiveUpdate]? {
    // Iterators of one AsyncStream share its state.
    var iterator = updates.makeAsyncIterator()
    guard let batch = await iterator.next() else { return nil }
    marks.waitingBytes.subtract(batch.size, ordering: .relaxed)
    return batch
  }

  /// Whether the updates ended because they were not read fast enough.
  package var hasFallenBehind: Bool { marks.hasFallenBehind.load(ordering: .relaxed) }
}
