import ATProtoData
import Foundation
import TestSupport
import Testing

/// The commands of `atproto appview`, as processes.
@Suite(.serialized) struct AppViewCommandTests {
  private func run(_ arguments: [String], _ environment: [String] = []) async throws
    -> (status: Int32, output: String, error: String)
  {
    let child = try await ChildProcess.run(
      URL(filePath: "/usr/bin/env"),
      environment + [try ChildProcess.built("atproto").path, "appview"] + arguments
    )
    return (
      child.status, String(decoding: child.output, as: UTF8.self),
      String(decoding: child.error, as: UTF8.self)
    )
  }

  @Test func planShowsTheFieldsOfALexicon() async throws {
    let folder = try TemporaryFolder()
    try """
    {"lexicon": 1, "id": "com.example.note", "defs": {"main": {"type": "record", "key": "tid",
    "record": {"type": "object", "required": ["text"], "properties": {
    "text": {"type": "string"}, "stars": {"type": "array", "items": {"type": "integer"}}}}}}}
    """.write(toFile: folder.path + "/note.json", atomically: true, encoding: .utf8)
    let text = try await run(["plan", folder.path, "--collection", "com.example.*"])
    #expect(text.status == 0, "\(text.error)")
    #expect(text.output.hasPrefix("com.example.note\n"))

    let json = try await run(["plan", folder.path, "--collection", "com.example.note", "--json"])
    let rows = try json.output.split(separator: "\n").map { try DataValue(json: Array($0.utf8)) }
    let row = try #require(rows.first { $0["path"]?.string == "text" })
    #expect(row["type"]?.string == "string" && row["searched"]?.boolean == true)
    let stars = try #require(rows.first { $0["path"]?.string == "stars[]" })
    #expect(stars["type"]?.string == "integer" && stars["repeats"]?.boolean == true)
  }

  @Test func documentWithAnErrorIsAWarning() async throws {
    let folder = try TemporaryFolder()
    try "{".write(toFile: folder.path + "/broken.json", atomically: true, encoding: .utf8)
    let result = try await run(["plan", folder.path, "--collection", "app.bsky.feed.like"])
    #expect(result.status == 0)
    #expect(result.error.contains("broken.json"))
    #expect(result.output.contains("subject.uri"))
  }

  @Test func runningAppViewIsAdministered() async throws {
    let folder = try TemporaryFolder()
    let network = try await ServiceProcess(
      ["network", "serve", "--dev"],
      in: folder.path,
      port: { _ in [] }
    )
    defer { network.end(SIGKILL) }
    let line = try DataValue(
      json: String(contentsOfFile: folder.path + "/first-line", encoding: .utf8)
    )
    let appView = ["--appview", try #require(line["appview"]?["address"]?.string)]
    let password = "APPVIEW_ADMIN_PASSWORD=" + (line["adminPassword"]?.string ?? "")

    let status = try await run(["status", "--wait"] + appView)
    #expect(status.status == 0, "\(status.error)")
    #expect(status.output.contains("complete, 4 repositories"))
    #expect(status.output.contains("app.bsky.graph.follow"))
    let json = try await run(["status", "--json"] + appView)
    #expect(try DataValue(json: json.output)["repos"]?["synchronized"] == .integer(4))

    let reindex = try await run(["reindex", "app.bsky.feed.post"] + appView, [password])
    #expect(reindex.status == 0, "\(reindex.error)")
    let did = try #require(line["accounts"]?.array?.first?["did"]?.string)
    let fetch = try await run(["backfill", did, "--json"] + appView, [password])
    #expect(fetch.status == 0, "\(fetch.error)")
    #expect(try DataValue(json: fetch.output)["did"]?.string == did)
    let list = try await run(["backfill"] + appView, [password])
    #expect(list.status == 0, "\(list.error)")

    let stranger = try await run(
      ["backfill"] + appView,
      ["APPVIEW_ADMIN_PASSWORD=wrong"]
    )
    #expect(stranger.status == 1 && !stranger.error.isEmpty)
    let nobody = try await run(["backfill"] + appView, ["-u", "APPVIEW_ADMIN_PASSWORD"])
    #expect(nobody.status == 64 && nobody.error.contains("missing admin password"))
    #expect(network.end(SIGTERM) == 0)
  }
}
