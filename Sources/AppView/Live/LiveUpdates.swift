package import ATProtoData
package import ATProtoSyntax
import Synchronization
import XRPCServer

/// A change of a record that has been indexed.
package struct RecordChange: Hashable, Sendable {
  package enum Action: String, Hashable, Sendable {
    case create, update, delete
  }

  package var address: RecordAddress
  /// The revision of the repository that has the change.
  package var rev: TID
  package var action: Action
  /// Nil after a deletion.
  package var cid: CID?
  /// The record in DAG-CBOR; nil after a deletion.
  package var bytes: [UInt8]?
  /// When the change was indexed, in microseconds since the Unix epoch.
  package var time: Int64

  package init(
    address: RecordAddress,
    rev: TID,
    action: Action,
    cid: CID? = nil,
    bytes: [UInt8]? = nil,
    at time: Int64
  ) {
    self.address = address
    self.rev = rev
    self.action = action
    self.cid = cid
    self.bytes = bytes
    self.time = time
  }
}

/// The last changes of records, for `dev.lexgen.index.subscribeRecords`.
///
/// A subscriber is a position. The buffer is bounded in count and bytes, whoever reads; a subscriber
/// whose position is no longer in it was too slow. Numbers start with the time in microseconds, so
/// that they also increase with a restart, and a cursor from before it is outdated.
package final class LiveUpdates: Sendable {
  private struct State {
    var changes: [RecordChange] = []
    /// The number of the first change in the buffer.
    var first: Int
    var bytes = 0

    var newest: Int { first + changes.count - 1 }
  }

  /// What a subscriber reads next.
  enum Page: Sendable {
    case changes([(sequence: Int, change: RecordChange)])
    /// Changes after the position are no longer in the buffer.
    case tooSlow
  }

  private let maximumCount: Int
  private let maximumBytes: Int
  private let state: Mutex<State>
  private let signal = EventSignal()

  /// - Parameter first: the number of the first change.
  package init(
    maximumCount: Int = 16_384,
    maximumBytes: Int = 32 << 20,
    startingAt first: Int = Int(Datetime.Instant.now.sinceEpoch)
  ) {
    self.maximumCount = maximumCount
    self.maximumBytes = maximumBytes
    state = Mutex(State(first: first))
  }

  /// Adds changes, in the order in which they were indexed, after their transaction.
  package func append(_ changes: [RecordChange]) {
    guard !changes.isEmpty else { return }
    state.withLock { state in
      state.changes += changes
      state.bytes += changes.reduce(0) { $0 + Self.size(of: $1) }
      // The front is removed in steps, so that appending rarely moves the rest.
      guard
        state.changes.count > maximumCount + maximumCount / 4
          || state.bytes > maximumBytes + maximumBytes / 4
      else { return }
      var removed = 0
      while state.changes.count - removed > maximumCount || state.bytes > maximumBytes {
        state.bytes -= Self.size(of: state.changes[removed])
        removed += 1
      }
      state.changes.removeFirst(removed)
      state.first += removed
    }
    signal.notify()
  }

  private static func size(of change: RecordChange) -> Int { 256 + (change.bytes?.count ?? 0) }

  /// The numbers of the buffered changes; empty if there is none.
  package var window: Range<Int> {
    state.withLock { $0.first..<($0.newest + 1) }
  }

  func page(after sequence: Int, maximumCount: Int) -> Page {
    state.withLock { state in
      guard sequence >= state.first - 1 else { return .tooSlow }
      let start = min(sequence - state.first + 1, state.changes.count)
      let end = min(start + maximumCount, state.changes.count)
      return .changes(
        (start..<end).map { (sequence: state.first + $0, change: state.changes[$0]) }
      )
    }
  }

  func wakeUps() -> AsyncStream<Void> { signal.wakeUps() }
}
