import ATProtoHTTP
import Foundation
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCClient
import XRPCServer

@Suite struct ResumingEventStreamTests {
  typealias Watch = Sample.Watch

  private static let policy = ReconnectPolicy(
    initialDelay: .milliseconds(1),
    maximumDelay: .milliseconds(2),
    maximumAttempts: 3
  )

  private func sequences(
    _ client: XRPCClient,
    _ store: any CursorStore,
    upTo last: Int,
    observer: (@Sendable (SubscriptionEvent) -> Void)? = nil,
    recovery: (@Sendable (UnreadableEvent) async -> UnreadableEvent.Recovery)? = nil
  ) async throws -> [Int] {
    let events = client.resume(
      Watch.self,
      from: store,
      sequence: { if case .tick(let tick) = $0 { tick.seq } else { nil } },
      parameters: { .init(cursor: $0) },
      policy: Self.policy,
      observer: observer,
      recovery: recovery
    )
    var seen: [Int] = []
    for try await event in events {
      guard case .tick(let tick) = event else { continue }
      seen.append(tick.seq)
      if tick.seq == last { break }
    }
    return seen
  }

  /// The server drops every connection after two events; no event is lost or delivered twice.
  @Test func streamResumesAfterALostConnection() async throws {
    let frames = (1...9).map { ScriptedServer.frame(2, SequencedFrame.tick($0).bytes) }
    let scripts = [
      frames[0] + frames[1], frames[1] + frames[2] + frames[3], [], frames[4] + [0x82],
      frames[4] + frames[5] + frames[6], frames[7] + frames[8],
    ]
    let connections = Mutex<[Int?]>([])
    try await ScriptedServer.run(scripts, closes: true) { server in
      let store = MemoryCursorStore()
      let seen = try await sequences(ClientStreamTests.client(server.port), store, upTo: 9) {
        if case .connected(let cursor) = $0 { connections.withLock { $0.append(cursor) } }
      }
      #expect(seen == Array(1...9))
      // The last connection stores the cursor of its first event only after a second.
      #expect((7...8).contains(store.load() ?? 0))
    }
    #expect(connections.withLock { $0 } == [nil, 2, 4, 4, 5, 7])
  }

  @Test func permanentFailureEndsTheStream() async throws {
    let frame = EventStreamFrame.error(XRPCErrorBody(name: "FutureCursor")).bytes()
    try await ScriptedServer.run([ScriptedServer.frame(2, frame)]) { server in
      let client = try ClientStreamTests.client(server.port)
      let error = await #expect(throws: SubscriptionError<UnknownFailure>.self) {
        _ = try await sequences(client, MemoryCursorStore(9), upTo: 1)
      }
      guard case .failure(let failure)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(failure.errorBody.name == "FutureCursor")
    }
    let silent = try SilentPort()
    let error = await #expect(throws: SubscriptionError<UnknownFailure>.self) {
      _ = try await sequences(ClientStreamTests.client(silent.number), MemoryCursorStore(), upTo: 1)
    }
    guard case .connection(.transport(let failure))? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(failure.code == .cannotConnect)
  }

  /// Records the cursors that it is given.
  private final class SeenStore: CursorStore {
    let saved: AsyncStream<Int>
    private let continuation: AsyncStream<Int>.Continuation

    init() {
      (saved, continuation) = AsyncStream<Int>.makeStream()
    }

    func load() -> Int? { nil }
    func save(_ cursor: Int) { continuation.yield(cursor) }

    /// Keeps reading until `cursor` has been stored.
    func hasKept(_ cursor: Int) async -> Bool {
      for await saved in saved where saved == cursor { return true }
      return false
    }
  }

  private static func ticks(_ sequences: Int...) -> [UInt8] {
    sequences.flatMap { ScriptedServer.frame(2, SequencedFrame.tick($0).bytes) }
  }

  @Test(.timeLimit(.minutes(1))) func cursorIsStoredWhileNoEventArrives() async throws {
    try await ScriptedServer.run([Self.ticks(1, 2)]) { server in
      let store = SeenStore()
      let client = try ClientStreamTests.client(server.port)
      let reading = Task { try await sequences(client, store, upTo: 3) }
      // The third event never arrives.
      #expect(await store.hasKept(2))
      reading.cancel()
      #expect(try await reading.value == [1, 2])
    }
  }

  @Test(.timeLimit(.minutes(1))) func cursorIsStoredAfterTheLoopEnds() async throws {
    try await ScriptedServer.run([Self.ticks(1, 2, 3)]) { server in
      let store = SeenStore()
      let client = try ClientStreamTests.client(server.port)
      #expect(try await sequences(client, store, upTo: 3) == [1, 2, 3])
      #expect(await store.hasKept(2))
    }
  }

  private struct FullStore: CursorStore {
    struct Full: Error {}
    func load() -> Int? { nil }
    func save(_ cursor: Int) throws { throw Full() }
  }

  @Test func cursorStoreErrorsEndTheStream() async throws {
    try await ScriptedServer.run([Self.ticks(1), Self.ticks(2)], closes: true) { server in
      let client = try ClientStreamTests.client(server.port)
      let error = await #expect(throws: SubscriptionError<UnknownFailure>.self) {
        try await sequences(client, FullStore(), upTo: 2)
      }
      guard case .cursorStore(let reason)? = error, reason is FullStore.Full else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  /// `#tick` without its sequence number.
  private static let unreadable = ScriptedServer.frame(
    2,
    EventStreamFrame.message(type: "#tick", payload: [0xA0]).bytes()
  )
  /// The head of a frame of 5 MiB and one byte.
  private static let tooLong: [UInt8] = [0x82, 127, 0, 0, 0, 0, 0, 0x50, 0, 1]

  @Test(arguments: [unreadable, tooLong])
  func persistentlyUnreadableEventEndsTheStream(_ frame: [UInt8]) async throws {
    let scripts = [Self.ticks(1) + frame, frame]
    try await ScriptedServer.run(scripts) { server in
      let client = try ClientStreamTests.client(server.port)
      for recovery in [nil, UnreadableEvent.Recovery.end] {
        await #expect(throws: SubscriptionError<UnknownFailure>.self) {
          _ = try await sequences(
            client,
            MemoryCursorStore(),
            upTo: 2,
            recovery: recovery.map { recovery in { @Sendable _ in recovery } }
          )
        }
      }
    }
  }

  /// An event that cannot be decoded is skipped; after one that is too long, a new connection is
  /// opened.
  @Test(
    arguments: [
      ([ticks(1) + unreadable + ticks(2, 3)], [1, 2, 3], [nil]),
      ([ticks(1) + tooLong, ticks(3)], [1, 3], [nil, 2]),
      ([ticks(1) + tooLong, tooLong, ticks(7)], [1, 7], [nil, 2, 3]),
    ] as [([[UInt8]], [Int], [Int?])]
  )
  func recoverySkipsUnreadableEvents(
    _ scripts: [[UInt8]],
    _ expected: [Int],
    _ cursors: [Int?]
  ) async throws {
    let connections = Mutex<[Int?]>([])
    let told = Mutex<[Int?]>([])
    try await ScriptedServer.run(scripts) { server in
      let seen = try await sequences(
        ClientStreamTests.client(server.port),
        MemoryCursorStore(),
        upTo: expected.last ?? 0,
        observer: {
          if case .connected(let cursor) = $0 { connections.withLock { $0.append(cursor) } }
        },
        recovery: { event in
          told.withLock { $0.append(event.cursor) }
          return .leaveOut
        }
      )
      #expect(seen == expected)
    }
    #expect(connections.withLock { $0 } == cursors)
    #expect(told.withLock { $0 } == [1] + cursors.dropFirst().dropLast())
  }

  /// The access token may have expired since the last connection.
  @Test(arguments: [HTTPResponse.Status.unauthorized, .badRequest])
  func expiredSessionIsRenewed(_ status: HTTPResponse.Status) async throws {
    let route = XRPCRoute.subscription(Watch.self) { request in
      guard request.context.headers[.authorization] == "Bearer new" else {
        // With 401 the connection is refused; otherwise the stream ends with an error frame.
        throw XRPCServerError(status: status, name: "ExpiredToken", message: "old")
      }
      return XRPCEventStream([.tick(Watch.Tick(seq: 1))])
    }
    try await StreamServer.run([route]) { server in
      let renewals = Mutex(0)
      func client(_ renewed: String?) throws -> XRPCClient {
        var tokens = SessionStoreTests.session("r").tokens
        tokens.access = "old"
        var client = try ClientStreamTests.client(server.port)
        client.session = XRPCSession(
          tokens: tokens,
          renew: { tokens in
            renewals.withLock { $0 += 1 }
            guard let renewed else { return .ended }
            var new = tokens
            new.access = renewed
            return .renewed(new)
          }
        )
        return client
      }
      #expect(try await sequences(client("new"), MemoryCursorStore(), upTo: 1) == [1])
      #expect(renewals.withLock { $0 } == 1)
      // A session that has ended is reported, and one that expires again is not renewed forever.
      for renewed in [nil, "other"] {
        await #expect(throws: SubscriptionError<UnknownFailure>.self) {
          _ = try await sequences(client(renewed), MemoryCursorStore(), upTo: 1)
        }
      }
      #expect(renewals.withLock { $0 } == 3)
      guard status == .unauthorized else { return }
      let stream = try await client("new").subscribe(Watch.self, Watch.Parameters())
      var iterator = stream.makeAsyncIterator()
      #expect(try await iterator.next() == .tick(Watch.Tick(seq: 1)))
      let error = await #expect(throws: XRPCError<UnknownFailure>.self) {
        _ = try await client(nil).subscribe(Watch.self, Watch.Parameters())
      }
      #expect(error == .transport(TransportError(code: .sessionEnded, reason: "")))
    }
  }

  @Test func cursorsAreStoredInFiles() async throws {
    let folder = try TemporaryFolder()
    let file = URL(filePath: folder.path).appending(path: "cursor")
    let store = FileCursorStore(file)
    #expect(try store.load() == nil)
    try store.save(12)
    try store.save(7_000_000_000)
    #expect(try FileCursorStore(file).load() == 7_000_000_000)
    #expect(try folder.names() == ["cursor"])
    try folder.write("garbage", to: "cursor")
    #expect(throws: FileCursorStore.Unreadable.self) { try store.load() }
  }
}
