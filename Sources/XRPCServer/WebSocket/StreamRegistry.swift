package import ATProtoSyntax
import HTTPTypes
import Synchronization
import XRPC

/// The open event streams and WebSockets of a server: who is connected.
package final class StreamRegistry: Sendable {
  private struct State {
    var entries: [UInt64: StreamEntry] = [:]
    var lastID: UInt64 = 0
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
    _ = state.withLock { $0.entries.removeValue(forKey: entry.id) }
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

  /// The number of events that were sent.
  package var eventsSent: Int { count.load(ordering: .relaxed) }
}
