import ATProtoData
import Synchronization
import Testing
import XRPC
import XRPCClient
import XRPCServer

/// A client that does not read slows down the server that sends to it.
///
/// Time proves nothing here, because a busy machine may simply not have gotten around to sending
/// more. So another client reads the same stream from the same server in full: once that is done,
/// the server has had every opportunity to send the first client more than it could take.
@Suite struct BackPressureTests {
  private static let frames = 800

  /// Produces `frames` messages of 64 KiB each, and counts them.
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

  private typealias Events = XRPCEventStream<Sample.Watch.Message>.AsyncIterator

  /// Reads the messages from `first` to the last one.
  private static func drain(_ events: inout Events, from first: Int) async throws {
    for sequence in first...frames {
      guard case .tick(let tick) = try await events.next() else {
        Issue.record("no message \(sequence)")
        return
      }
      guard tick.seq == sequence else {
        Issue.record("\(tick.seq) instead of \(sequence)")
        return
      }
    }
    #expect(try await events.next() == nil)
  }

  @Test func serverStopsSendingToAClientThatDoesNotRead() async throws {
    let sources = [Source(), Source()]
    let route = XRPCRoute.subscription(Sample.Watch.self) { request in
      let source = sources[request.parameters.cursor ?? 0]
      return XRPCEventStream { source.next() }
    }
    try await StreamServer.run([route]) { server in
      let client = try ClientStreamTests.client(server.port)
      let stream = try await client.subscribe(Sample.Watch.self, .init(cursor: 0))
      var events = stream.makeAsyncIterator()
      guard case .tick(let first) = try await events.next() else {
        Issue.record("no first message")
        return
      }
      #expect(first.seq == 1)
      var others = try await client.subscribe(Sample.Watch.self, .init(cursor: 1))
        .makeAsyncIterator()
      try await Self.drain(&others, from: 1)
      // 50 MiB is more than the buffers of the sockets and the client's 1 MiB can hold.
      #expect(sources[0].made < Self.frames)
      try await Self.drain(&events, from: 2)
      #expect(sources[0].made > Self.frames)
    }
  }

  @Test func emptyMessagesCountTowardTheLimitOfTheInbox() async throws {
    let frames = Array(repeating: ScriptedServer.frame(2), count: 8_192).flatMap { $0 }
    let unread = ScriptedServer.Flood(frames, maximumCount: 4_096)
    let read = ScriptedServer.Flood(frames, maximumCount: 4_096)
    try await ScriptedServer.run([[]], flood: unread) { server in
      let stream = try await ClientStreamTests.client(server.port)
        .subscribe(Sample.Watch.self, .init())
      try await until { unread.count > 0 }
      try await ScriptedServer.run([[]], flood: read) { other in
        let reader = try await RawPeer(port: other.port)
        try await reader.open(StreamServer.watch)
        try await until { read.count == read.maximumCount }
      }
      // Here, 64 MiB of frames would be gigabytes of messages.
      #expect(unread.count < unread.maximumCount)
      withExtendedLifetime(stream) {}
    }
  }
}
