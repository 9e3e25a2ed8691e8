import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import Foundation
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCClient
import XRPCServer

/// An unreliable network between our client and our server.
@Suite struct FaultyProxyTests {
  static let faults: [FaultyProxy.Fault] = [
    .drop, .reset(after: 1), .truncate(after: 20), .reset(after: 200), .truncate(after: 700),
    .slow(1),
  ]
  private static let policy = RetryPolicy(
    maximumAttempts: faults.count,
    initialDelay: .milliseconds(1)
  )

  private static func faults(_ way: TransportWay) -> [FaultyProxy.Fault] {
    faults.filter {
      if case .truncate(after: 20) = $0 { way.survivesCutHeads } else { true }
    }
  }

  /// Retried until the last, slow connection returns the complete response.
  @Test(arguments: TransportWay.sockets)
  func queriesSucceedThroughAFaultyProxy(_ way: TransportWay) async throws {
    let calls = Mutex(0)
    let route = XRPCRoute.query(Sample.GetThing.self) { request in
      calls.withLock { $0 += 1 }
      return .init(text: String(repeating: "long ", count: 100), count: request.parameters.limit)
    }
    try await ServerUnderTest.run([route]) { server in
      try await FaultyProxy.run(before: server.port, Self.faults(way)) { proxy in
        let client = try way.client(at: proxy.port, retry: Self.policy)
        let output = try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
        #expect(output.count == 50 && output.text.count == 500)
      }
      #expect(calls.withLock { $0 } > 1)
    }
  }

  /// It is unknown whether a procedure was carried out, so the error is reported and the call is
  /// not repeated.
  @Test(arguments: TransportWay.sockets)
  func proceduresAreSentAtMostOnce(_ way: TransportWay) async throws {
    let calls = Mutex(0)
    let route = XRPCRoute.procedure(Sample.PutThing.self) { request in
      calls.withLock { $0 += 1 }
      return .init(text: request.input.text)
    }
    try await ServerUnderTest.run([route]) { server in
      let head = FaultyProxy.Fault.truncate(after: 30)
      for fault in (way.survivesCutHeads ? [head] : []) + [.reset(after: 30)] {
        calls.withLock { $0 = 0 }
        try await FaultyProxy.run(before: server.port, [fault]) { proxy in
          let client = try way.client(at: proxy.port, retry: Self.policy)
          let lost = TransportError(code: .connectionLost, reason: "")
          await #expect(throws: XRPCError<UnknownFailure>.transport(lost)) {
            try await client.procedure(Sample.PutThing.self, NoParameters(), .init(text: "x"))
          }
        }
        #expect(calls.withLock { $0 } == 1)
      }
    }
  }

  /// A truncated download is never mistaken for a complete one.
  @Test(arguments: TransportWay.sockets, [true, false])
  func downloadsAreCompleteOrAnError(_ way: TransportWay, _ isSized: Bool) async throws {
    let whole = 8 * StreamingServer.chunkBytes
    let route = StreamingServer.getBytes { StreamingServer.chunks(8, isSized: isSized) }
    try await ServerUnderTest.run([route]) { server in
      let faults: [FaultyProxy.Fault] = [
        .truncate(after: 300_000), .reset(after: 300_000), .truncate(after: whole + 100), .none,
      ]
      try await FaultyProxy.run(before: server.port, faults) { proxy in
        let client = try way.client(at: proxy.port)
        for fault in faults {
          let count = Mutex(0)
          let error = await #expect(throws: (any Error).self) {
            let output = try await client.download(Sample.GetBytes.self, NoParameters()).output
            for try await chunk in output.stream { count.withLock { $0 += chunk.count } }
            throw Whole()
          }
          if case .none = fault {
            #expect(error is Whole)
            #expect(count.withLock { $0 } == whole)
          } else {
            #expect((error as? TransportError)?.code == .connectionLost, "\(fault)")
            #expect(count.withLock { $0 } <= whole)
          }
        }
      }
    }
  }

  private struct Whole: Error {}

  /// Every event is delivered once and in order, however often the connection is lost.
  @Test func streamsResumeThroughAFaultyProxy() async throws {
    let last = 400
    let log = MemoryEventLog()
    let broadcast = EventBroadcast(log: log)
    try await StreamServer.run([broadcast.route]) { server in
      log.append((1...last).map { .tick($0, padding: 200) })
      let faults: [FaultyProxy.Fault] = [
        .truncate(after: 5_000), .reset(after: 9_999), .drop, .truncate(after: 140),
        .reset(after: 20_000), .slow(1_000),
      ]
      try await FaultyProxy.run(before: server.port, faults) { proxy in
        let connections = Mutex(0)
        let events = try ClientStreamTests.client(proxy.port).resume(
          Sample.Watch.self,
          from: MemoryCursorStore(0),
          sequence: { if case .tick(let tick) = $0 { tick.seq } else { nil } },
          parameters: { .init(cursor: $0) },
          policy: ReconnectPolicy(
            initialDelay: .milliseconds(1),
            maximumDelay: .milliseconds(2),
            maximumAttempts: 5
          ),
          observer: { if case .connected = $0 { connections.withLock { $0 += 1 } } }
        )
        var seen: [Int] = []
        for try await event in events {
          guard case .tick(let tick) = event else { continue }
          seen.append(tick.seq)
          if tick.seq == last { break }
        }
        #expect(seen == Array(1...last))
        // A reset may also interrupt a handshake.
        #expect(connections.withLock { $0 } >= 2)
      }
    }
  }

  #if os(Linux)
  /// Thousands of connections that end in different ways do not leak memory: after the second half
  /// of them, the process uses little more than after the first half.
  @Test func failuresLeaveNoMemory() async throws {
    try await ServerUnderTest.run { server in
      func round() async throws {
        let harm: [FaultyProxy.Fault] = [.drop, .reset(after: 30), .truncate(after: 30), .none]
        let faults = (0..<2_000).map { harm[$0 % harm.count] }
        try await FaultyProxy.run(before: server.port, faults) { proxy in
          for number in 0..<faults.count {
            let connection = try RawConnection(port: proxy.port)
            try? await connection.send(
              ConnectionGuardTests.query + ConnectionGuardTests.host + "\r\n"
            )
            if number % 4 != 0 { _ = try? await connection.receive() }
            connection.drop()
          }
        }
        try await until { server.inFlight == 0 }
      }
      try await round()
      let before = try Self.residentBytes()
      try await round()
      #expect(try Self.residentBytes() < before + 16 << 20)
    }
  }

  private static func residentBytes() throws -> Int {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      .split(separator: " ")[1]
    return (Int(pages) ?? 0) * 4_096
  }
  #endif
}
