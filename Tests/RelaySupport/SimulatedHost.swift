package import ATProtoCrypto
import ATProtoData
package import ATProtoRepo
import ATProtoSyntax
package import NIOCore
import NIOPosix
import Synchronization
import XRPCWebSocket

/// A PDS as a relay sees it: a firehose over a real WebSocket, and the methods that a relay calls.
///
/// Behavior can be changed while it runs: refuse, redirect, stay silent, lose connections, forget
/// events, send anything.
package final class SimulatedHost: Sendable {
  /// What the host does instead of answering properly.
  package struct Behavior: Sendable {
    /// The `Server` field of all responses.
    package var server: String?
    /// Answers for paths, such as `/xrpc/com.atproto.server.describeServer`.
    package var replies: [String: SimulatedReply] = [:]
    /// Whether `subscribeRepos` accepts a connection and sends nothing.
    package var isSilent = false
    /// Whether a cursor after the last event counts as one at it.
    package var acceptsFutureCursors = false
  }

  private struct State {
    /// Events from the oldest one that is kept, as WebSocket frames.
    var frames: [(sequence: Int, bytes: ByteBuffer)] = []
    /// The number of events that were forgotten.
    var forgotten = 0
    var last = 0
    var sockets: [ObjectIdentifier: SimulatedSocket] = [:]
    var cursors: [Int?] = []
    var accounts: [String: SimulatedAccount] = [:]
    var requests: [SimulatedRequest] = []
    var behavior = Behavior()
  }

  /// The most bytes to write at once.
  private static let batch = 256 << 10

  private let state: Shared
  private let server: SimulatedServer

  private final class Shared: Sendable {
    let value = Mutex(State())
  }

  package init(
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws {
    let state = Shared()
    self.state = state
    server = try await SimulatedServer(on: group) { Self.answer($0, state) }
  }

  package var port: Int { server.port }
  /// The name by which a relay knows the host.
  package var name: String { "localhost:\(port)" }
  package var url: String { "http://\(name)" }

  package var behavior: Behavior {
    get { state.value.withLock { $0.behavior } }
    set { state.value.withLock { $0.behavior = newValue } }
  }

  /// The number of the last event.
  package var lastSequence: Int { state.value.withLock { $0.last } }
  /// The cursors of all connections to the firehose so far.
  package var cursors: [Int?] { state.value.withLock { $0.cursors } }
  /// The number of open connections to the firehose.
  package var connectionCount: Int { sockets.count }
  /// All requests so far.
  package var requests: [SimulatedRequest] { state.value.withLock { $0.requests } }

  private var sockets: [SimulatedSocket] {
    state.value.withLock { state in
      state.sockets = state.sockets.filter { $0.value.isOpen }
      return Array(state.sockets.values)
    }
  }
}

// MARK: Accounts

extension SimulatedHost {
  /// Serves the repository and the status of an account.
  package func add(_ account: SimulatedAccount) {
    state.value.withLock { $0.accounts[account.did.string] = account }
  }

  package func remove(_ account: SimulatedAccount) {
    state.value.withLock { _ = $0.accounts.removeValue(forKey: account.did.string) }
  }

  /// Creates an account, without an event.
  package func makeAccount(
    curve: Curve = .k256,
    writes: [RecordWrite] = []
  ) -> SimulatedAccount {
    let account = SimulatedAccount(pds: url, curve: curve, writes: writes)
    add(account)
    return account
  }
}

// MARK: Events

extension SimulatedHost {
  /// Adds an event to the firehose and returns its number.
  @discardableResult
  package func emit(_ content: FirehoseEvent.Content, time: String = SimulatedFrame.time) -> Int {
    append { SimulatedFrame.event(content, sequence: $0, time: time) }
  }

  /// Adds the events of a new account: identity, account, and its last commit.
  package func announce(_ account: SimulatedAccount) {
    emit(account.identity)
    emit(account.account)
    emit(account.lastCommit)
  }

  /// Adds any frame to the firehose.
  @discardableResult
  package func append(_ frame: (_ sequence: Int) -> [UInt8]) -> Int {
    let sequence = state.value.withLock { state in
      state.last += 1
      state.frames.append((state.last, ServerFrame.binary(frame(state.last))))
      return state.last
    }
    for socket in sockets { socket.wake() }
    return sequence
  }

  /// Adds ready-made WebSocket frames, whose numbers are consecutive.
  package func append(ready frames: [ByteBuffer]) {
    state.value.withLock { state in
      for frame in frames {
        state.last += 1
        state.frames.append((state.last, frame))
      }
    }
    for socket in sockets { socket.wake() }
  }

  /// Leaves out numbers.
  package func skip(_ count: Int) { state.value.withLock { $0.last += count } }

  /// Forgets all events so far, as if the window had ended.
  package func forgetEvents() {
    state.value.withLock { state in
      state.forgotten += state.frames.count
      state.frames = []
    }
  }

  /// Starts over with number 1, as after the loss of the database.
  package func resetNumbers() {
    forgetEvents()
    state.value.withLock { $0.last = 0 }
  }

  /// Sends a message to the open connections that is not part of the firehose.
  package func send(_ message: [UInt8]) {
    sendRaw(Array(buffer: ServerFrame.binary(message)))
  }

  /// Sends bytes to the open connections.
  package func sendRaw(_ bytes: [UInt8]) {
    for socket in sockets { socket.send(bytes) }
  }
}

// MARK: Connections

extension SimulatedHost {
  /// Drops the connections to the firehose without a close frame.
  package func dropConnections() { for socket in sockets { socket.drop() } }

  /// Ends the connections to the firehose in order.
  package func closeConnections(_ code: Int = 1000) {
    for socket in sockets { socket.close(code) }
  }

  /// Leaves pings on the open connections without an answer, as a host that is gone.
  package func ignorePings() { for socket in sockets { socket.ignorePings() } }

  /// The pings that have arrived on the open connections.
  package var pingCount: Int { sockets.reduce(0) { $0 + $1.pingCount } }

  /// Drops everything, and no longer listens.
  package func stop() async { await server.stop() }

  /// Listens again.
  package func restart() async throws { try await server.restart() }
}

// MARK: Answers

extension SimulatedHost {
  private static func answer(_ request: SimulatedRequest, _ shared: Shared) -> SimulatedReply {
    let behavior = shared.value.withLock { state in
      state.requests.append(request)
      return state.behavior
    }
    let fields = behavior.server.map { ["Server": $0] } ?? [:]
    if let reply = behavior.replies[request.path] { return reply }
    let did = request.query["did"] ?? ""
    let account = shared.value.withLock { $0.accounts[did] }
    switch request.path {
    case "/xrpc/com.atproto.sync.subscribeRepos":
      let cursor = request.query["cursor"].flatMap { Int($0) }
      return .socket(fields: fields) { open($0, after: cursor, behavior, shared) }
    case "/xrpc/com.atproto.server.describeServer":
      let body = #"{"did":"did:web:localhost","availableUserDomains":[".test"]}"#
      return .response(200, fields: fields, body: Array(body.utf8))
    case "/xrpc/com.atproto.sync.getRepo":
      guard let account else { return error(400, "RepoNotFound") }
      return .response(
        200,
        fields: ["Content-Type": "application/vnd.ipld.car"],
        body: account.car
      )
    case "/xrpc/com.atproto.sync.getRepoStatus":
      guard let account else { return error(400, "RepoNotFound") }
      var body: DataValue = [
        "did": .string(did), "active": .boolean(account.status.isActive),
        "rev": .string(account.head.rev.string),
      ]
      if let status = account.status.status { body["status"] = .string(status) }
      return .json(body.jsonString())
    default:
      return error(404, "NotFound")
    }
  }

  private static func error(_ status: Int, _ name: String) -> SimulatedReply {
    .json(#"{"error":"\#(name)","message":"simulated"}"#, status: status)
  }

  /// Sends what follows the cursor: nothing that exists already without one, everything with 0.
  private static func open(
    _ socket: SimulatedSocket,
    after cursor: Int?,
    _ behavior: Behavior,
    _ shared: Shared
  ) -> SimulatedSocket.Source {
    let (start, isFuture) = shared.value.withLock { state -> (Int, Bool) in
      state.cursors.append(cursor)
      state.sockets[ObjectIdentifier(socket)] = socket
      let start =
        cursor.map { cursor in
          state.frames.firstIndex { $0.sequence > cursor } ?? state.frames.count
        } ?? state.frames.count
      return (state.forgotten + start, cursor.map { $0 > state.last } ?? false)
    }
    if isFuture, !behavior.acceptsFutureCursors {
      let frame = SimulatedFrame.event(.error(name: "FutureCursor", message: nil), sequence: 0)
      socket.send(Array(buffer: ServerFrame.binary(frame)))
      socket.close(1008)
      return { nil }
    }
    if behavior.isSilent { return { nil } }
    let position = Position(start)
    return { position.read(shared, upTo: batch) }
  }

  /// The position of a connection among the events.
  private final class Position: Sendable {
    private let next: Mutex<Int>

    init(_ next: Int) { self.next = Mutex(next) }

    func read(_ shared: Shared, upTo maximum: Int) -> ByteBuffer? {
      next.withLock { next in
        shared.value.withLock { state in
          var index = max(0, next - state.forgotten)
          guard index < state.frames.count else { return nil }
          var bytes = state.frames[index].bytes
          index += 1
          while index < state.frames.count, bytes.readableBytes < maximum {
            bytes.writeImmutableBuffer(state.frames[index].bytes)
            index += 1
          }
          next = state.forgotten + index
          return bytes
        }
      }
    }
  }
}
