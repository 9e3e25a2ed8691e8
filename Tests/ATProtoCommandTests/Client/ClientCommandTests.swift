import ATProtoData
import ATProtoRepo
import Foundation
import TestSupport
import Testing

/// The client commands as processes, against a server of this package.
@Suite(.serialized) struct ClientCommandTests {
  static let collection = "com.example.note"

  @Test func loginStoresASessionAndLogoutRemovesIt() throws {
    let fixture = try ClientFixture()
    #expect(try fixture.run("whoami").status == 1)
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
    #expect(refused.lines.isEmpty)
    let reason = try DataValue(json: [UInt8](refused.error))["error"]?.string
    #expect(reason?.hasPrefix("AuthenticationRequired") == true)

    let session = try fixture.logIn()
    let did = try #require(session["did"]?.string)
    #expect(try fixture.object(try fixture.run("whoami", "--json")) == session)
    #expect(
      try fixture.object(try fixture.run("whoami", "--json", "--account", did)) == session
    )
    #expect(try fixture.run("whoami", "--account", "bob.test").status == 1)

    let files = FileManager.default
    for (name, mode) in [("state/atproto", 0o700), ("state/atproto/\(did).json", 0o600)] {
      let attributes = try files.attributesOfItem(atPath: fixture.path(name))
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode)
    }

    #expect(try fixture.run("logout").status == 0)
    #expect(try fixture.run("whoami").status == 1)
    #expect(try fixture.run("logout").status == 1)
  }

  @Test func recordsAreCreatedReplacedListedAndDeleted() throws {
    let fixture = try ClientFixture()
    let did = try #require(try fixture.logIn()["did"]?.string)
    try fixture.folder.write(#"{"text": "first"}"#, to: "first.json")
    try fixture.folder.write(#"{"text": "second"}"#, to: "second.json")
    let made = try fixture.object(
      try fixture.run(
        "record",
        "create",
        Self.collection,
        fixture.path("first.json"),
        "--rkey",
        "one",
        "--json"
      )
    )
    let uri = "at://\(did)/\(Self.collection)/one"
    #expect(made["uri"] == .string(uri))
    let first = try fixture.object(try fixture.run("record", "get", uri, "--json"))
    #expect(first["cid"] == made["cid"])
    #expect(first["value"] == ["$type": .string(Self.collection), "text": "first"])

    let other = "at://\(did)/\(Self.collection)/two"
    for file in ["first.json", "second.json"] {
      #expect(try fixture.run("record", "put", other, fixture.path(file)).status == 0)
    }
    let second = try fixture.object(try fixture.run("record", "get", other, "--json"))
    #expect(second["value"]?["text"] == "second")

    func keys(_ arguments: String...) throws -> [String] {
      let child = try fixture.run(
        "record",
        "list",
        did,
        Self.collection,
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
    #expect(try fixture.run("record", "list", did).lines == [Self.collection])

    #expect(try fixture.run("record", "delete", uri).status == 0)
    let missing = try fixture.run("record", "get", uri)
    #expect(missing.status == 1 && missing.lines.isEmpty)
    #expect(String(decoding: missing.error, as: UTF8.self).hasPrefix("error: RecordNotFound"))
    #expect(try keys() == ["two"])
  }

  @Test func anyMethodCanBeCalled() throws {
    let fixture = try ClientFixture()
    let did = try #require(try fixture.logIn()["did"]?.string)
    let found = try fixture.object(
      try fixture.run(
        "xrpc",
        "query",
        "com.atproto.identity.resolveHandle",
        "handle=\(ClientFixture.handle)",
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
        "xrpc",
        "procedure",
        "com.atproto.repo.createRecord",
        "--input",
        fixture.path("input.json"),
        "--json"
      )
    )
    #expect(made["uri"]?.string?.hasPrefix("at://\(did)/\(Self.collection)/") == true)
    // Output that is not JSON passes through unchanged.
    let car = try fixture.run("xrpc", "query", "com.atproto.sync.getRepo", "did=\(did)")
    #expect(car.status == 0 && car.output.count > 100)
    let unknown = try fixture.run("xrpc", "query", "com.example.unknown")
    #expect(unknown.status == 1)
    #expect(String(decoding: unknown.error, as: UTF8.self).contains("MethodNotImplemented"))
  }

  @Test func blobsAreUploadedAndDownloaded() throws {
    let fixture = try ClientFixture()
    _ = try fixture.logIn()
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    try fixture.folder.write(bytes, to: "picture.png")
    let blob = try fixture.object(
      try fixture.run("blob", "upload", fixture.path("picture.png"), "--json")
    )
    #expect(blob["$type"] == "blob" && blob["mimeType"] == "image/png")
    #expect(blob["size"] == .integer(bytes.count))
    guard case .link(let cid)? = blob["ref"] else {
      Issue.record("no ref: \(blob)")
      return
    }
    #expect(cid == CID(hashingRaw: bytes))
    // An account has a blob only once a record refers to it.
    try fixture.folder.write(#"{"text": "x", "picture": \#(blob.jsonString())}"#, to: "note.json")
    #expect(
      try fixture.run("record", "create", Self.collection, fixture.path("note.json")).status == 0
    )
    // By a handle that only the server and the session can resolve.
    func download(_ cid: CID) throws -> ChildProcess {
      try fixture.run(
        "blob",
        "download",
        ClientFixture.handle,
        "\(cid)",
        "--json",
        "--output",
        fixture.path("copy")
      )
    }
    let copy = try fixture.object(try download(cid))
    #expect(copy["size"] == .integer(bytes.count) && copy["type"] == "image/png")
    #expect(try Data(contentsOf: URL(filePath: fixture.path("copy"))) == Data(bytes))
    // A failed download leaves the existing file.
    #expect(try download(CID(hashingRaw: [1])).status == 1)
    #expect(try Data(contentsOf: URL(filePath: fixture.path("copy"))) == Data(bytes))
    #expect(try fixture.run("blob", "upload", fixture.path("nothing")).status == 1)
    #expect(try fixture.run("logout").status == 0)
    let other = try fixture.run(
      "blob",
      "download",
      ClientFixture.handle,
      "\(cid)",
      "--output",
      fixture.path("other"),
      "--service",
      fixture.address
    )
    #expect(other.status == 0)
    #expect(try Data(contentsOf: URL(filePath: fixture.path("other"))) == Data(bytes))
  }

  /// No types are generated from these lexicons.
  @Test func lexiconsInFilesCheckParametersAndOutput() throws {
    let fixture = try ClientFixture()
    _ = try fixture.logIn()
    let method = "com.atproto.identity.resolveHandle"
    func lexicon(_ parameter: String, _ output: String, _ kind: String = "query") -> String {
      """
      {"lexicon": 1, "id": "\(method)", "defs": {"main": {"type": "\(kind)", "parameters":
      {"type": "params", "required": ["handle"], "properties": {"handle": \(parameter),
      "times": {"type": "integer", "maximum": 3}}}, "output": {"encoding": "application/json",
      "schema": {"type": "object", "required": ["did"], "properties": {"did": \(output)}}}}}}
      """
    }
    let handle = #"{"type": "string", "format": "handle"}"#
    let did = #"{"type": "string", "format": "did"}"#
    try fixture.folder.write(lexicon(handle, did), to: "good.json")
    try fixture.folder.write(lexicon(handle, #"{"type": "integer"}"#), to: "other.json")
    try fixture.folder.write(lexicon(handle, did, "procedure"), to: "procedure.json")
    func call(_ file: String, _ parameters: [String]) throws -> (status: Int32, errors: String) {
      let child = try fixture.run(
        arguments: ["xrpc", "query", method, "--lexicons", fixture.path(file)] + parameters
      )
      return (child.status, String(decoding: child.error, as: UTF8.self))
    }
    let name = "handle=\(ClientFixture.handle)"
    #expect(try call("good.json", [name]).status == 0)
    for (file, parameters, reason) in [
      ("good.json", [name, "what=1"], "unknown parameter 'what'"),
      ("good.json", [], "handle"),
      ("good.json", ["handle=no handle"], "(format)"),
      ("good.json", [name, "times=x"], "'x' is not a valid integer"),
      ("good.json", [name, "times=4"], "(maximum)"),
      ("good.json", [name, name], "was given twice"),
      ("other.json", [name], "invalid output"),
      ("procedure.json", [name], "is a procedure, not a query"),
      ("nothing", [name], "cannot find"),
    ] {
      let (status, errors) = try call(file, parameters)
      #expect(status == 1 && errors.contains(reason), "\(reason): \(errors)")
    }
    // One line for each violation.
    let lines = try call("good.json", ["handle=no handle", "times=4"]).errors.split(separator: "\n")
    #expect(lines.first == "error: invalid parameters:")
    #expect(lines.count == 3 && lines.dropFirst().allSatisfy { $0.hasPrefix("  ") })
    #expect(!lines.joined().contains("\u{FFFD}"))
  }

  @Test func firehosePrintsRecordsAndTheCursor() throws {
    let fixture = try ClientFixture()
    let did = try #require(try fixture.logIn()["did"]?.string)
    try fixture.folder.write(#"{"text": "heard"}"#, to: "note.json")
    for key in ["one", "two"] {
      let made = try fixture.run(
        "record",
        "create",
        Self.collection,
        fixture.path("note.json"),
        "--rkey",
        key
      )
      #expect(made.status == 0)
    }
    func listen(_ arguments: String...) throws -> ChildProcess {
      try ChildProcess(
        try ChildProcess.built("atproto"),
        ["firehose", "--relay", fixture.address, "--cursor", "0"] + arguments
      )
    }
    let heard = try listen("--json", "--limit", "2", "--collection", Self.collection)
    #expect(heard.status == 0)
    let lines = try heard.lines.map { try DataValue(json: $0) }
    #expect(lines.map { $0["record"]?["text"] } == ["heard", "heard"])
    #expect(lines.allSatisfy { $0["repo"] == .string(did) || $0["did"] == .string(did) })
    let cursor = try #require(lines.first?["seq"]?.integer)
    // It resumes after the cursor.
    let rest = try ChildProcess(
      try ChildProcess.built("atproto"),
      [
        "firehose", "--relay", fixture.address, "--cursor", "\(cursor)", "--limit", "1",
        "--collection", Self.collection,
      ]
    )
    #expect(rest.status == 0)
    #expect(rest.lines.count == 1 && rest.lines[0].hasSuffix("create  \(Self.collection)/two"))
    // The reported cursor is the one of the last message printed.
    let first = try listen("--json", "--limit", "1", "--collection", Self.collection)
    let errors = String(decoding: first.error, as: UTF8.self)
    #expect(errors.hasSuffix(#"{"cursor":\#(cursor)}"# + "\n"))

    // A closed pipe ends it like any other program: by SIGPIPE, 128 + 13.
    let piped = try ChildProcess(
      URL(fileURLWithPath: "/bin/bash"),
      [
        "-c", #"{ sleep 0.5; exec "$@"; } | true; echo "${PIPESTATUS[0]}""#, "bash",
        try ChildProcess.built("atproto").path, "firehose", "--relay", fixture.address,
        "--cursor", "0",
      ]
    )
    #expect(piped.lines == ["141"])
  }

  @Test(arguments: [
    ("xrpc query", ["no-nsid"]), ("xrpc query", ["com.example.query", "novalue"]),
    ("xrpc query", ["com.atproto.sync.subscribeRepos"]), ("record get", ["at://alice.test"]),
    ("record create", ["note"]), ("blob download", ["alice.test", "nocid"]),
    ("record list", ["alice.test", "--limit", "0"]), ("record list", ["alice.test", "note"]),
    ("firehose", ["--relay", "http://pds.example"]), ("firehose", ["--limit", "0"]),
    ("firehose", ["--collection", "note"]), ("whoami", ["--service", "http://pds.example"]),
    ("record put", ["at://alice.test/com.example.note"]), ("record delete", ["alice.test"]),
    ("login", ["alice"]), ("account login", ["alice.test", "--account", "bob.test"]),
    ("login", []), ("login", ["--password", "--service", "http://127.0.0.1:1"]),
    ("login", ["alice.test", "--password", "--no-browser"]),
    ("login", ["alice.test", "--password-file", "-", "--scope", "atproto"]),
    ("get", ["at://alice.test"]),
  ])
  func invalidArgumentsAreRefusedWithTheCommandsUsage(
    _ command: String,
    _ arguments: [String]
  ) throws {
    let words = command.split(separator: " ").map(String.init) + arguments
    let child = try ChildProcess(try ChildProcess.built("atproto"), words)
    #expect(child.status == 64 && child.output.isEmpty)
    let error = String(decoding: child.error, as: UTF8.self)
    #expect(error.hasPrefix("error: "))
    // It prints the usage of this command, not of the whole program.
    #expect(error.contains("Usage: atproto \(command) "))
  }

  @Test func usageErrorsAreJSONIfJSONIsRequested() throws {
    let child = try ChildProcess(
      try ChildProcess.built("atproto"),
      ["record", "get", "at://alice.test", "--json"]
    )
    #expect(child.status == 64 && child.output.isEmpty)
    let error = try DataValue(json: [UInt8](child.error))
    #expect(error["error"]?.string?.contains("'at://alice.test' is not at://<repo>") == true)
  }

  /// Commands used to have their verb at the top level.
  @Test func formerNamesOfCommandsStillWork() throws {
    let fixture = try ClientFixture()
    let did = try #require(try fixture.logIn()["did"]?.string)
    try fixture.folder.write(#"{"text": "first"}"#, to: "first.json")
    let file = fixture.path("first.json")
    let uri = "at://\(did)/\(Self.collection)/one"
    for arguments in [
      ["create", Self.collection, file, "--rkey", "one"], ["put", uri, file], ["get", uri],
      ["list", did, Self.collection], ["delete", uri],
      ["procedure", "com.atproto.server.getSession"],
      ["query", "com.atproto.server.getSession"],
      ["resolve", did, "--dev", "--plc", fixture.directory],
    ] {
      let child = try fixture.run(arguments: arguments + ["--json"])
      let isMistaken = arguments[0] == "procedure"
      #expect((child.status == 0) != isMistaken, "\(arguments)")
    }
    let help = try fixture.run("--help").lines.joined(separator: "\n")
    #expect(help.contains("  record ") && !help.contains("  procedure "))
  }
}
