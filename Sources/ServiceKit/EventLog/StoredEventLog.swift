package import XRPCServer

/// A store that has an event log.
package protocol EventLogSource: Sendable {
  /// Notified after new events are durable and readable.
  var eventSignal: EventSignal { get }

  /// Calls `body` with the log as of one moment.
  func readEvents<Value: Sendable>(
    _ body: @escaping @Sendable (any EventLogStore) throws -> Value
  ) async throws -> Value
}

/// A service's stored events, as ``EventBroadcast`` reads them.
package struct StoredEventLog: EventLog {
  private let source: any EventLogSource

  package init(_ source: any EventLogSource) {
    self.source = source
  }

  package func window() async throws -> ClosedRange<Int>? {
    try await source.readEvents { events in try events.window() }
  }

  package func frames(
    after sequence: Int,
    maximumCount: Int,
    maximumBytes: Int
  ) async throws -> [SequencedFrame] {
    try await source.readEvents { events in
      try events.frames(
        after: sequence,
        maximumCount: maximumCount,
        maximumBytes: maximumBytes
      )
    }
  }

  package func wakeUps() -> AsyncStream<Void> { source.eventSignal.wakeUps() }
}
