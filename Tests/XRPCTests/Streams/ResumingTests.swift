import Foundation
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCClient
import XRPCServer

@Suite struct ResumingTests {
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
    _ observer: (@Sendable (SubscriptionEvent) -> Void)? = nil
  ) async throws -> [Int] {
    let events = client.resume(
      Watch.self,
      from: store,
      sequence: { if case .tick(let tick) = $0 { tick.seq } else { nil } },
      parameters: { .init(cursor: $0) },
      policy: Self.policy,
      observer: observer
    )
    var seen: [Int] = []
    for try await event in events {
      guard case .tick(let tick) = event else { continue }
      seen.append(tick.seq)
      if tick.seq == last { break }
    }
    return seen
  }

  /// The server drops every connection after two events; nothing is missed, nothing comes twice.
  @Test func goesOnWhereItStopped() async throws {
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
      // The last connection keeps its first event only when a second has passed.
      #expect((7...8).contains(store.load() ?? 0))
    }
    #expect(connections.withLock { $0 } == [nil, 2, 4, 4, 5, 7])
  }

  @Test func endsWithWhatWillNotGoAway() async throws {
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

  @Test func keepsCursorsInFiles() async throws {
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
