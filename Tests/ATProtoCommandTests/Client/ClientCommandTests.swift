import ATProtoData
import Foundation
import TestSupport
import Testing

/// The client commands as they are run, against a server of our own.
@Suite(.serialized) struct ClientCommandTests {
  static let collection = "com.example.note"

  @Test func sessions() throws {
    let fixture = try ClientFixture()
    #expect(try fixture.run("whoami", "--dev").status == 1)
    let refused = try fixture.run(
      "login",
      ClientFixture.handle,
      "--service",
      fixture.address,
      "--dev",
      "--json",
      "--password-file",
      fixture.path("wrong-password")
    )
    #expect(refused.status == 1)
    let reason = try DataValue(json: try #require(refused.lines.first))["error"]?.string
    #expect(reason?.hasPrefix("AuthenticationRequired") == true)

    let session = try fixture.logIn()
    let did = try #require(session["did"]?.string)
    #expect(try fixture.object(try fixture.run("whoami", "--dev", "--json")) == session)
    #expect(
      try fixture.object(try fixture.run("whoami", "--dev", "--json", "--account", did)) == session
    )
    #expect(try fixture.run("whoami", "--dev", "--account", "bob.test").status == 1)

    let files = FileManager.default
    for (name, mode) in [("state/atproto", 0o700), ("state/atproto/\(did).json", 0o600)] {
      let attributes = try files.attributesOfItem(atPath: fixture.path(name))
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode)
    }

    #expect(try fixture.run("logout", "--dev").status == 0)
    #expect(try fixture.run("whoami", "--dev").status == 1)
    #expect(try fixture.run("logout", "--dev").status == 1)
  }

  @Test func records() throws {
    let fixture = try ClientFixture()
    let did = try #require(try fixture.logIn()["did"]?.string)
    try fixture.folder.write(#"{"text": "first"}"#, to: "first.json")
    try fixture.folder.write(#"{"text": "second"}"#, to: "second.json")
    let made = try fixture.object(
      try fixture.run(
        "create",
        Self.collection,
        fixture.path("first.json"),
        "--rkey",
        "one",
        "--dev",
        "--json"
      )
    )
    let uri = "at://\(did)/\(Self.collection)/one"
    #expect(made["uri"] == .string(uri))
    let first = try fixture.object(try fixture.run("get", uri, "--dev", "--json"))
    #expect(first["cid"] == made["cid"])
    #expect(first["value"] == ["$type": .string(Self.collection), "text": "first"])

    let other = "at://\(did)/\(Self.collection)/two"
    for file in ["first.json", "second.json"] {
      #expect(try fixture.run("put", other, fixture.path(file), "--dev").status == 0)
    }
    let second = try fixture.object(try fixture.run("get", other, "--dev", "--json"))
    #expect(second["value"]?["text"] == "second")

    func keys(_ arguments: String...) throws -> [String] {
      let child = try fixture.run(
        "list",
        did,
        Self.collection,
        "--dev",
        "--json",
        arguments.first ?? "--limit=9"
      )
      return try child.lines.compactMap { line in
        try DataValue(json: line)["uri"]?.string?.split(separator: "/").last.map(String.init)
      }
    }
    #expect(try keys() == ["two", "one"])
    #expect(try keys("--reverse") == ["one", "two"])
    #expect(try keys("--limit=1") == ["two"])
    #expect(try fixture.run("list", did, "--dev").lines == [Self.collection])

    #expect(try fixture.run("delete", uri, "--dev").status == 0)
    let missing = try fixture.run("get", uri, "--dev")
    #expect(missing.status == 1 && missing.lines.isEmpty)
    #expect(String(decoding: missing.error, as: UTF8.self).hasPrefix("error: RecordNotFound"))
    #expect(try keys() == ["two"])
  }

  @Test func methods() throws {
    let fixture = try ClientFixture()
    let did = try #require(try fixture.logIn()["did"]?.string)
    let found = try fixture.object(
      try fixture.run(
        "query",
        "com.atproto.identity.resolveHandle",
        "handle=\(ClientFixture.handle)",
        "--dev",
        "--json"
      )
    )
    #expect(found == ["did": .string(did)])
    try fixture.folder.write(
      """
      {"repo": "\(did)", "collection": "\(Self.collection)", "record": \
      {"$type": "\(Self.collection)", "text": "raw"}}
      """,
      to: "input.json"
    )
    let made = try fixture.object(
      try fixture.run(
        "procedure",
        "com.atproto.repo.createRecord",
        "--input",
        fixture.path("input.json"),
        "--dev",
        "--json"
      )
    )
    #expect(made["uri"]?.string?.hasPrefix("at://\(did)/\(Self.collection)/") == true)
    // Not JSON: the bytes as they came.
    let car = try fixture.run("query", "com.atproto.sync.getRepo", "did=\(did)", "--dev")
    #expect(car.status == 0 && car.output.count > 100)
    let unknown = try fixture.run("query", "com.example.unknown", "--dev")
    #expect(unknown.status == 1)
    #expect(String(decoding: unknown.error, as: UTF8.self).contains("MethodNotImplemented"))
  }

  @Test(arguments: [
    ["query", "no-nsid"], ["query", "com.example.query", "novalue"],
    ["query", "com.atproto.sync.subscribeRepos"], ["get", "at://alice.test"],
    ["create", "note"], ["blob", "download", "alice.test", "nocid"],
    ["list", "alice.test", "--limit", "0"], ["firehose", "--relay", "http://127.0.0.1"],
    ["firehose", "--limit", "0"], ["whoami", "--service", "http://127.0.0.1"],
  ])
  func usage(_ arguments: [String]) throws {
    #expect(try ChildProcess(try ChildProcess.built("atproto"), arguments).status == 64)
  }
}
