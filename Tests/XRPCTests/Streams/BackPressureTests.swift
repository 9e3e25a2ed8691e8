import ATProtoData
import Synchronization
import Testing
import XRPC
import XRPCClient
import XRPCServer

/// A client that does not read slows the server that sends to it; nothing piles up between them.
@Suite struct BackPressureTests {
  private static let frames = 800

  /// Makes `frames` messages of 64 KB, and counts them.
  private final class Source: Sendable {
    private let count = Mutex(0)

    var made: Int { count.withLock { $0 } }

    func next() -> Sample.Watch.Message? {
      let sequence = count.withLock { count in
        count += 1
        return count
      }
      guard sequence <= BackPressureTests.frames else { return nil }
      let padding = Bytes([UInt8](repeating: 7, count: 64 << 10))
      return .tick(Sample.Watch.Tick(seq: sequence, unknownFields: ["padding": .bytes(padding)]))
    }
  }

  @Test func slowsTheServer() async throws {
    let source = Source()
    let route = XRPCRoute.subscription(Sample.Watch.self) { _ in
      XRPCEventStream { source.next() }
    }
    try await StreamServer.run([route]) { server in
      let stream = try await ClientStreamTests.client(server.port)
        .subscribe(Sample.Watch.self, .init())
      var events = stream.makeAsyncIterator()
      guard case .tick(let first) = try await events.next() else {
        Issue.record("no first message")
        return
      }
      #expect(first.seq == 1)
      // The server comes to rest, and not because it is done: 50 MB are more than what the sockets
      // and the client's megabyte hold.
      var made = 0
      while source.made > made {
        made = source.made
        try await Task.sleep(for: .milliseconds(500))
      }
      #expect(made < Self.frames)
      for sequence in 2...Self.frames {
        guard case .tick(let tick) = try await events.next() else {
          Issue.record("no message \(sequence)")
          return
        }
        guard tick.seq == sequence else {
          Issue.record("\(tick.seq) in place of \(sequence)")
          return
        }
      }
      #expect(try await events.next() == nil)
    }
  }

  /// Messages without a byte take room too.
  @Test func boundsEmptyMessages() async throws {
    let frames = Array(repeating: ScriptedServer.frame(2), count: 8_192).flatMap { $0 }
    let flood = ScriptedServer.Flood(frames, maximumCount: 4_096)
    try await ScriptedServer.run([[]], flood: flood) { server in
      let stream = try await ClientStreamTests.client(server.port)
        .subscribe(Sample.Watch.self, .init())
      try await until { flood.count > 0 }
      // The server comes to rest before its 64 MiB, which would be messages of gigabytes here.
      var count = 0
      while flood.count > count {
        count = flood.count
        try await Task.sleep(for: .milliseconds(500))
      }
      #expect(count > 0 && count < flood.maximumCount)
      withExtendedLifetime(stream) {}
    }
  }
}
