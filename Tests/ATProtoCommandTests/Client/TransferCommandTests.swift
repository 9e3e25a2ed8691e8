import ATProtoData
import ATProtoRepo
import Foundation
import TestSupport
import Testing

/// Calls with streamed bodies of any length.
@Suite(.serialized) struct TransferCommandTests {
  /// Longer than the limit for JSON responses, or for any response that is read into memory.
  private static let length = 65 << 20

  private static func server(_ type: String, _ length: Int = length) throws -> FaultyServer {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(length)\r\n\r\n"
    let body = String(repeating: "a", count: length)
    return try FaultyServer { _ in FaultyServer.Script(bytes: head + body, end: .close) }
  }

  private static func query(_ server: FaultyServer) -> [String] {
    ["xrpc", "query", "com.example.bytes", "--service", "http://127.0.0.1:\(server.port)"]
  }

  @Test func longOutputPassesThroughUnchanged() throws {
    let server = try Self.server("application/octet-stream")
    let child = try ChildProcess(try ChildProcess.built("atproto"), Self.query(server))
    #expect(child.status == 0 && child.error.isEmpty)
    #expect(child.output == Data(repeating: UInt8(ascii: "a"), count: Self.length))
  }

  @Test func longJSONIsRefused() throws {
    let server = try Self.server("application/json")
    let child = try ChildProcess(try ChildProcess.built("atproto"), Self.query(server))
    #expect(child.status == 1 && child.output.isEmpty)
    #expect(
      String(decoding: child.error, as: UTF8.self)
        == "error: the JSON response is larger than 64 MiB\n"
    )
  }

  /// The output must not be truncated silently.
  @Test func fullDiskIsReported() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let server = try Self.server("application/octet-stream", 1 << 20)
    let folder = try TemporaryFolder()
    let process = try RunningProcess(
      try ChildProcess.built("atproto"),
      Self.query(server),
      output: "/dev/full",
      error: "\(folder.path)/error"
    )
    #expect(process.wait(seconds: 60) == 1)
    #expect(try folder.text("error").hasPrefix("error: cannot write the output: "))
  }

  @Test func callsEndAfterTheTimeout() throws {
    let server = try FaultyServer { _ in FaultyServer.Script(bytes: "", end: .stall) }
    for command in [Self.query(server), ["xrpc", "procedure"] + Self.query(server).dropFirst(2)] {
      let child = try ChildProcess(
        try ChildProcess.built("atproto"),
        command + ["--timeout", "1"]
      )
      #expect(child.status == 1)
      #expect(String(decoding: child.error, as: UTF8.self).hasPrefix("error: "))
    }
  }

  /// From a file, from a pipe, and from a pipe with more data than is kept in memory.
  @Test(arguments: [(300_000, false), (300_000, true), (65 << 20, true)])
  func inputOfAnyLengthIsSent(_ length: Int, _ isPiped: Bool) throws {
    let fixture = try ClientFixture(settings: ["--blob-upload-limit", "\(80 << 20)"])
    _ = try fixture.logIn()
    let bytes = [UInt8](repeating: 7, count: length)
    try fixture.folder.write(bytes, to: "bytes")
    let words = [
      "xrpc", "procedure", "com.atproto.repo.uploadBlob", "--type", "application/octet-stream",
      "--json",
    ]
    let child =
      isPiped
      ? try ChildProcess(
        URL(filePath: "/bin/bash"),
        ["-c", #"cat "$0" | "$@""#, fixture.path("bytes"), "/usr/bin/env"]
          + ["XDG_STATE_HOME=\(fixture.path("state"))", try ChildProcess.built("atproto").path]
          + words + ["--input", "-"]
      ) : try fixture.run(arguments: words + ["--input", fixture.path("bytes")])
    let blob = try fixture.object(child)["blob"]
    #expect(blob?["size"] == .integer(length))
    #expect(blob?["ref"] == .link(CID(hashingRaw: bytes)))
  }

  @Test func invalidTimeoutsAreRefused() throws {
    for seconds in ["0", "-1", "86401"] {
      let child = try ChildProcess(
        try ChildProcess.built("atproto"),
        ["xrpc", "query", "com.example.bytes", "--timeout=\(seconds)"]
      )
      #expect(child.status == 64)
    }
  }

  #if os(Linux)
  private static let script = "/usr/bin/script"

  /// The progress bar goes to the terminal, not to the output.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: script)))
  func progressIsShownOnATerminal() throws {
    let server = try Self.server("application/octet-stream")
    let folder = try TemporaryFolder()
    let words = [try ChildProcess.built("atproto").path] + Self.query(server)
    let command = words.map { "'\($0)'" }.joined(separator: " ") + " > '\(folder.path)/output'"
    let child = try ChildProcess(URL(filePath: Self.script), ["-qec", command, "/dev/null"])
    #expect(child.status == 0)
    let text = String(decoding: child.output, as: UTF8.self)
    #expect(text.contains("\r[####################....................] 50 %  32 of 65 MiB"))
    #expect(text.hasSuffix("100 %  65 of 65 MiB\r\u{1b}[K"))
    let written = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/output")
    #expect((written[.size] as? NSNumber)?.intValue == Self.length)
  }
  #endif
}
