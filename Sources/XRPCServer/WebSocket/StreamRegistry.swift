package import ATProtoSyntax
import HTTPTypes
import Synchronization
import XRPC

/// The open event streams and WebSockets of a server, that is, its connected clients.
package final class StreamRegistry: Sendable {
  private struct State {
    var entries: [UInt64: StreamEntry] = [:]
    var lastID: UInt64 = 0
    /// The events that were sent by streams that are closed, by path.
    var sent: [String: Int] = [:]
  }

  private let state = Mutex(State())

  /// The open streams, in the order in which they were opened.
  package var entries: [StreamEntry] {
    state.withLock { Array($0.entries.values) }.sorted { $0.id < $1.id }
  }

  package var count: Int { state.withLock { $0.entries.count } }

  func open(_ request: RouteRequest) -> StreamEntry {
    state.withLock { state in
      state.lastID += 1
      let entry = StreamEntry(id: state.lastID, request)
      state.entries[entry.id] = entry
      return entry
    }
  }

  func close(_ entry: StreamEntry) {
    state.withLock { state in
      guard state.entries.removeValue(forKey: entry.id) != nil else { return }
      state.sent[entry.path, default: 0] += entry.eventsSent
    }
  }

  /// The number of events that streams with a path have sent, including those that are closed.
  package func eventsSent(_ path: String) -> Int {
    state.withLock { state in
      state.entries.values.lazy.filter { $0.path == path }
        .reduce(state.sent[path] ?? 0) { $0 + $1.eventsSent }
    }
  }
}

/// An open event stream or WebSocket.
package final class StreamEntry: Sendable {
  /// The longest user agent that is kept, in bytes.
  static let maximumUserAgent = 256

  /// Increases with each stream of the server.
  package let id: UInt64
  /// The path of the request.
  package let path: String
  package let remoteAddress: String?
  /// The beginning of the `User-Agent` field.
  package let userAgent: String?
  package let connectedAt: Datetime
  private let count = Atomic(0)
  private let reachedSequence = Atomic(0)

  init(id: UInt64, _ request: RouteRequest) {
    self.id = id
    path = String((request.head.path ?? "").prefix { $0 != "?" })
    remoteAddress = request.remoteAddress
    userAgent = request.head.headerFields[.userAgent].map {
      String(decoding: $0.utf8.prefix(Self.maximumUserAgent), as: UTF8.self)
    }
    connectedAt = .now
  }

  /// Counts events that were sent.
  package func sent(_ events: Int) {
    count.wrappingAdd(events, ordering: .relaxed)
  }

  /// Records the number of the last event that was sent.
  func reached(_ sequence: Int) {
    reachedSequence.store(sequence, ordering: .relaxed)
  }

  /// The number of the last event that was sent, for streams that have numbers; 0 before the first.
  package var sequence: Int { reachedSequence.load(ordering: .relaxed) }

  /// The number of events that were sent.
  package var eventsSent: Int { count.load(ordering: .relaxed) }
}
