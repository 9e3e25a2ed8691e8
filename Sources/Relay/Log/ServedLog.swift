import Foundation
package import XRPCServer

/// The part of a log that consumers may read: the window, without repositories that are taken down
/// at the moment.
///
/// Missing numbers are allowed: "may contain arbitrary gaps" (Event Stream specification, "Sequence
/// Numbers").
package struct ServedLog: EventLog {
  private let log: any RelayLog
  private let replayWindow: ReplayWindow
  private let takedowns: TakenDownAccounts

  /// - Parameter now: the time in microseconds since the Unix epoch.
  package init(
    _ log: any RelayLog,
    replayWindow: Duration,
    takedowns: TakenDownAccounts,
    now: @escaping @Sendable () -> UInt64 = Self.clock
  ) {
    self.log = log
    self.replayWindow = ReplayWindow(length: replayWindow, now: now)
    self.takedowns = takedowns
  }

  package static let clock: @Sendable () -> UInt64 = {
    UInt64(Date().timeIntervalSince1970 * 1_000_000)
  }

  /// The oldest served number is exact: it does not wait for old records to be deleted.
  package func window() async throws -> ClosedRange<Int>? {
    guard let stored = try await log.window() else { return nil }
    let oldest = try await log.position(at: start).sequence + 1
    let first = max(stored.lowerBound, oldest)
    return first > stored.upperBound ? nil : first...stored.upperBound
  }

  /// The beginning of the window.
  package var start: UInt64 { replayWindow.start }

  package func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) async throws -> [SequencedFrame] {
    // Retention overtook the consumer.
    if let stored = try await log.window(), stored.lowerBound > sequence + 1, sequence > 0 {
      throw EventsDeleted()
    }
    let hidden = takedowns.all
    if hidden.isEmpty {
      return try await log.frames(
        after: sequence,
        maximumCount: maximumCount,
        maximumBytes: maximumBytes
      )
    }
    var after = sequence
    while true {
      let page = try await log.records(after: after, maximumBytes: maximumBytes)
      guard let last = page.last else { return [] }
      let frames = page.lazy.filter { record in
        switch record.kind {
        case .commit, .sync: !hidden.contains(record.account)
        case .identity, .account: true
        }
      }.prefix(maximumCount).map { SequencedFrame(sequence: $0.sequence, bytes: $0.frame) }
      guard frames.isEmpty else { return Array(frames) }
      after = last.sequence
    }
  }

  package func wakeUps() -> AsyncStream<Void> { log.wakeUps() }
}
