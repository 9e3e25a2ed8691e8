import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import NIOCore
import RelayTestSupport
import Synchronization
import XRPC
import XRPCWebSocket

@testable import Relay
@testable import XRPCServer

/// Jetstream on a log in memory, with a clock that the test sets.
final class JetstreamFixture: Sendable {
  static let start: UInt64 = 1_800_000_000_000_000

  private struct State {
    var now = start
    var sequence = 0
    var accounts: [DID: AccountID] = [:]
  }

  private final class Shared: Sendable {
    let value = Mutex(State())
  }

  let log = MemoryRelayLog()
  let takedowns = TakenDownAccounts()
  let feed: JetstreamFeed
  private let state: Shared

  init(
    lookback: UInt64 = JetstreamConfiguration.maximumLookback,
    maximumEvents: Int = 16_384,
    dictionary: ZstdDictionary? = nil,
    logFails: Bool = false
  ) throws {
    let state = Shared()
    self.state = state
    let served: any RelayLog = if logFails { FailingLog(log: log) } else { log }
    feed = JetstreamFeed(
      log: served,
      takedowns: takedowns,
      accounts: { did in state.value.withLock { $0.accounts[did] } },
      configuration: JetstreamConfiguration(
        lookback: lookback,
        maximumEvents: maximumEvents,
        compressor: try ZstdCompressor(),
        compressors: try dictionary.map { [try ZstdCompressor(dictionary: $0)] } ?? [],
        now: { state.value.withLock { $0.now } }
      ),
      metrics: RelayMetrics().jetstream
    )
  }

  var now: UInt64 {
    get { state.value.withLock { $0.now } }
    set { state.value.withLock { $0.now = newValue } }
  }

  func id(of account: SimulatedAccount) -> AccountID {
    state.value.withLock { state in
      if let id = state.accounts[account.did] { return id }
      let id = AccountID(rawValue: UInt32(state.accounts.count + 1))
      state.accounts[account.did] = id
      return id
    }
  }

  /// Appends an event at the current time, which then moves on.
  @discardableResult
  func append(_ content: FirehoseEvent.Content, of account: SimulatedAccount) -> LogRecord {
    let id = id(of: account)
    let record = state.value.withLock { state in
      state.sequence += 1
      var record = LogRecord(
        sequence: state.sequence,
        microseconds: state.now,
        kind: .account,
        account: id,
        host: HostID(rawValue: 1),
        frame: SimulatedFrame.event(content, sequence: state.sequence)
      )
      switch content {
      case .commit(let message):
        record.kind = .commit
        record.operationCount = message.operations.count
        for operation in message.operations {
          record.collections.insert(try! RepoPath(operation.path).collection)
        }
      case .sync: record.kind = .sync
      case .identity: record.kind = .identity
      default: break
      }
      state.now = record.end
      return record
    }
    try! log.append([record])
    return record
  }

  /// Connects a subscriber without a socket.
  func subscribe(_ query: String = "", _ fields: HTTPFields = [:]) async throws -> Subscriber {
    try await connect(feed.subscribeRoute, query, fields)
  }

  /// Connects a subscriber of `network.bsky.jetstream.subscribeEvents`.
  func subscribeEvents(_ query: String = "") async throws -> Subscriber {
    try await connect(feed.eventsRoute, query, [:])
  }

  private func connect(
    _ route: WebSocketRoute,
    _ query: String,
    _ fields: HTTPFields
  ) async throws -> Subscriber {
    let request = RouteRequest(
      head: HTTPRequest(
        method: .get,
        scheme: "http",
        authority: "localhost",
        path: route.path + (query.isEmpty ? "" : "?\(query)"),
        headerFields: fields
      ),
      requestID: ""
    )
    let entry = StreamRegistry().open(request)
    let source = try await route.open(WebSocketRequest(request, nil, entry))
    return Subscriber(source: source, entry: entry)
  }

  /// A subscriber, which reads messages one by one.
  final class Subscriber: Sendable {
    let source: any WebSocketSource
    let entry: StreamEntry
    private let waiting = Mutex<[[UInt8]]>([])

    init(source: any WebSocketSource, entry: StreamEntry) {
      self.source = source
      self.entry = entry
    }

    deinit { source.closed() }

    /// The bytes of the next message.
    func message() async throws -> [UInt8] {
      while true {
        let next = waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let next { return next }
        guard let frames = try await limited({ [source] in try await source.next() }) else {
          return []
        }
        waiting.withLock { $0 += frames.map { ServerFrame.payload(of: $0) } }
      }
    }

    func text() async throws -> String { String(decoding: try await message(), as: UTF8.self) }

    func next() async throws -> DataValue { try DataValue(json: try await message()) }

    /// The times of the next messages.
    func times(_ count: Int) async throws -> [UInt64] {
      var times: [UInt64] = []
      for _ in 0..<count { times.append(UInt64(try await next()["time_us"]?.integer ?? 0)) }
      return times
    }

    func send(_ text: String) async throws { try await source.received(.text(text)) }
  }
}

/// A log whose entries cannot be read.
private struct FailingLog: RelayLog {
  struct Failure: Error {}

  let log: MemoryRelayLog

  var last: (sequence: Int, microseconds: UInt64)? { log.last }

  func append(_ records: [LogRecord]) throws { try log.append(records) }

  func window() -> ClosedRange<Int>? { log.window() }

  func frames(after sequence: Int, maximumCount: Int, maximumBytes: Int) -> [SequencedFrame] {
    log.frames(after: sequence, maximumCount: maximumCount, maximumBytes: maximumBytes)
  }

  func records(after sequence: Int, maximumBytes: Int) -> [LogRecord] {
    log.records(after: sequence, maximumBytes: maximumBytes)
  }

  func entries(
    after position: LogPosition,
    matching filter: LogFilter,
    maximumCount: Int
  ) throws -> LogEntries {
    throw Failure()
  }

  func position(at microseconds: UInt64) -> LogPosition { log.position(at: microseconds) }

  func removeRecords(before microseconds: UInt64, through sequence: Int) throws {
    try log.removeRecords(before: microseconds, through: sequence)
  }

  func removeRecords(exceeding bytes: Int, through sequence: Int) throws {
    try log.removeRecords(exceeding: bytes, through: sequence)
  }

  func wakeUps() -> AsyncStream<Void> { log.wakeUps() }

  func close() {}
}
