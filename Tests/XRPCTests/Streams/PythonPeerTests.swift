import Foundation
import TestSupport
import Testing
import XRPC
import XRPCClient
import XRPCServer

/// Python's `websockets` library at the other end of our client and of our server.
@Suite(
  .enabled(
    if: PythonEnvironment.interpreter != nil,
    "no Python with websockets: run .ci/python, or set LEXGEN_PYTHON"
  )
)
struct PythonPeerTests {
  private static let script = PythonEnvironment.package
    .appending(path: "Tests/XRPCTests/Peers/websockets_peer.py").path

  /// The shortest possible frame, and frames with 2-byte and 8-byte lengths.
  private static let frames = [0, 300, 100_000].enumerated().map { index, padding in
    SequencedFrame.tick(index + 1, padding: padding)
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }

  @Test func pythonClientReadsTheStream() async throws {
    let log = MemoryEventLog()
    for frame in Self.frames { log.append(frame) }
    let broadcast = EventBroadcast(log: log)
    try await StreamServer.run([broadcast.route]) { server in
      let url = "ws://127.0.0.1:\(server.port)\(StreamServer.watch)?cursor=0"
      let interpreter = try #require(PythonEnvironment.interpreter)
      let child = try await ChildProcess.run(
        interpreter,
        [Self.script, "read", url, "\(Self.frames.count)"]
      )
      #expect(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
      let lines = String(decoding: child.output, as: UTF8.self).split(separator: "\n")
      #expect(lines.dropLast().map(String.init) == Self.frames.map { Self.hexadecimal($0.bytes) })
      #expect(lines.last == "1000")
    }
  }

  @Test func clientReadsThePythonServersStream() async throws {
    let folder = try TemporaryFolder()
    let place = folder.path + "/port"
    let small = Self.frames.dropLast()
    let server = try RunningProcess(
      try #require(PythonEnvironment.interpreter),
      [Self.script, "serve", place] + small.map { Self.hexadecimal($0.bytes) }
    )
    let deadline = ContinuousClock.now + .seconds(60)
    while !FileManager.default.fileExists(atPath: place), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(10))
    }
    let port = try #require(Int(String(contentsOfFile: place, encoding: .utf8)))
    defer { withExtendedLifetime(server) {} }
    for _ in 1...2 {
      let events = try await ClientStreamTests.client(port).subscribe(Sample.Watch.self, .init())
      var sequences: [Int] = []
      for try await message in events {
        guard case .tick(let tick) = message else { continue }
        sequences.append(tick.seq)
      }
      #expect(sequences == small.map(\.sequence))
    }
  }
}
