import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import TestSupport
import Testing

/// The atproto SDK for Python and atmst as consumers, over a socket.
@Suite(
  .serialized,
  .enabled(
    if: PythonEnvironment.has("atproto", "atmst"),
    "no Python with atproto and atmst: run .ci/python, or set LEXGEN_PYTHON"
  )
)
struct SyncPeerTests {
  private func run(_ arguments: String...) async throws -> [DataValue] {
    let script = PythonEnvironment.package.appending(path: "Tests/PDSTests/Peers/sync_peer.py").path
    let interpreter = try #require(PythonEnvironment.interpreter)
    let child = try await ChildProcess.run(interpreter, [script] + arguments)
    try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
    return try child.lines.map { try DataValue(json: Array($0.utf8)) }
  }

  @Test func sdkReadsTheFirehose() async throws {
    let account = try await TestServer(logger: .quiet).signUp()
    for index in 0..<20 { _ = try await account.create(.post("\(index)"), rkey: "k\(index)") }
    _ = try await account.delete(rkey: "k7")
    let commit = try await account.verifiedExport().commit
    try await account.server.overSocket { url in
      let address = url.replacing("http://", with: "ws://") + "/xrpc"
      let events = try await run("firehose", address, "25")
      #expect(events.map { $0["seq"] } == (1...25).map { .integer($0) })
      #expect(events.prefix(4).map { $0["type"] } == ["Identity", "Account", "Commit", "Sync"])
      #expect(events[4]["paths"] == ["com.example.note/k0"])
      #expect(events[4]["records"]?[0]?["text"] == "0")
      #expect(events.last?["rev"] == .string(commit.rev.string))
      #expect(events.last?["records"] == [])
    }
  }

  @Test func peersReadRepositories() async throws {
    let account = try await TestServer(logger: .quiet).signUp()
    let text = String(repeating: "long ", count: 4_000)
    for index in 0..<60 { _ = try await account.create(.post(text), rkey: "k\(index)") }
    let (commit, records) = try await account.verifiedExport()
    let folder = try TemporaryFolder()
    try await account.server.overSocket { url in
      let found = try #require(
        try await run("repo", url, account.did.string, folder.path + "/repo.car").first
      )
      #expect(found["root"]?.string == commit.cid.string)
      #expect(found["rev"]?.string == commit.rev.string)
      #expect(found["did"]?.string == account.did.string)
      let entries = try #require(found["entries"]?.object)
      #expect(entries.count == records.count)
      for (path, cid) in records { #expect(entries[path]?.string == cid.string) }
    }
  }
}
