import ATProtoData
import Foundation
import LexiconLanguageServer
import TestSupport
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// `lexgen lsp` as a process.
struct LanguageServerProcessTests {
  private func frames(_ messages: [String]) -> Data {
    Data(messages.flatMap { FrameWriter.frame(Array($0.utf8)) })
  }

  private func contents(_ output: some Sequence<UInt8>) throws -> [DataValue] {
    var reader = FrameReader()
    reader.append(output)
    var contents: [DataValue] = []
    while let frame = reader.next() {
      guard case .content(let content) = frame else {
        throw ProcessFailure(reason: "malformed output")
      }
      contents.append(try DataValue(json: content))
    }
    return contents
  }

  private static let initialize =
    #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#
  private static let open = #"""
    {"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":
    {"uri":"untitled:a","languageId":"json","version":1,"text":"{\"lexicon\":1}"}}}
    """#
  private static let shutdown = #"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#
  private static let exit = #"{"jsonrpc":"2.0","method":"exit"}"#

  @Test func onlyFramesAreOnStandardOutput() throws {
    let messages = ["{", Self.initialize, #"{"method":"textDocument/didChange"}"#]
    let child = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["lsp", "--stdio"],
      input: frames(messages) + Data("X: y\r\n\r\n".utf8) + frames([Self.shutdown, Self.exit])
    )
    #expect(child.status == 0)
    let answers = try contents(child.output)
    #expect(answers.map { $0["id"] } == [.null, 1, .null, 2])
    let length = answers.reduce(0) { $0 + FrameWriter.frame($1.jsonBytes()).count }
    #expect(child.output.count == length)
    #expect(String(decoding: child.error, as: UTF8.self).contains("textDocument/didChange"))
  }

  @Test(arguments: [([initialize], 1), ([initialize, shutdown], 0), ([], 1)])
  func theEndOfTheInputEndsTheServer(_ messages: [String], _ status: Int) throws {
    let child = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["lsp"],
      input: frames(messages)
    )
    #expect(child.status == Int32(status))
  }

  @Test func diagnosticsFollowWhenNoMoreInputWaits() throws {
    let session = try Session()
    try session.send(frames([Self.initialize, Self.open]))
    let message = try session.wait {
      try contents($0)
    } until: { messages in
      messages.first { $0["method"] == "textDocument/publishDiagnostics" }
    }
    #expect(message["params"]?["uri"] == "untitled:a")
    #expect(message["params"]?["version"] == 1)
    #expect(message["params"]?["diagnostics"]?.array?.isEmpty == false)
    try session.send(frames([Self.shutdown, Self.exit]))
    #expect(session.process.wait(seconds: 30) == 0)
  }

  @Test func theServerEndsWithItsClient() throws {
    let client = try RunningProcess(URL(filePath: "/bin/sh"), ["-c", "exit 0"])
    _ = client.wait(seconds: 10)
    let session = try Session()
    let initialize =
      #"{"id":1,"method":"initialize","params":{"processId":\#(client.identifier)}}"#
    try session.send(frames([initialize]))
    #expect(session.process.wait(seconds: 60) == 1)
  }
}

/// A server whose input stays open.
private struct Session {
  let process: RunningProcess
  private let folder: TemporaryFolder
  private let input: FileHandle

  init() throws {
    folder = try TemporaryFolder()
    let path = "\(folder.path)/input"
    guard mkfifo(path, 0o600) == 0 else { throw ProcessFailure(reason: "cannot create a pipe") }
    // Open for both, so that neither side waits for the other.
    let descriptor = Foundation.open(path, O_RDWR)
    guard descriptor >= 0 else { throw ProcessFailure(reason: "cannot open the pipe") }
    input = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    process = try RunningProcess(
      try ChildProcess.built("lexgen"),
      ["lsp"],
      input: path,
      output: "\(folder.path)/output"
    )
  }

  func send(_ data: Data) throws { try input.write(contentsOf: data) }

  /// Waits until the output contains something, for at most a minute.
  func wait<Content, Result>(
    _ read: (Data) throws -> Content,
    until found: (Content) -> Result?
  ) throws -> Result {
    let deadline = Date(timeIntervalSinceNow: 60)
    while Date() < deadline {
      let output = try Data(contentsOf: URL(filePath: "\(folder.path)/output"))
      if let result = found(try read(output)) { return result }
      usleep(20_000)
    }
    throw ProcessFailure(reason: "no answer")
  }
}
