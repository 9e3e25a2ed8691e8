import ATProtoData
import Foundation
import TestSupport
import Testing

/// Standard input, severities, positions, and the summary.
@Suite("lexgen check: input and output")
struct CheckProcessTests {
  static func run(
    _ text: String,
    _ arguments: [String],
    in folder: TemporaryFolder
  ) throws -> (status: Int32, output: String, error: String) {
    let child = try ChildProcess(
      try ChildProcess.built("lexgen"),
      arguments,
      input: Data(text.utf8),
      folder: URL(filePath: folder.path)
    )
    return (
      child.status, String(decoding: child.output, as: UTF8.self),
      String(decoding: child.error, as: UTF8.self)
    )
  }

  @Test("a document from standard input is checked")
  func standardInput() throws {
    let folder = try TemporaryFolder()
    let good = try Self.run(Documents.object("com.example.one"), ["check", "-"], in: folder)
    #expect(good.status == 0, "\(good)")
    #expect(good.error == "lexgen: checked 1 document: no problems\n")
    let bad = try Self.run("\n " + Documents.broken, ["check", "-"], in: folder)
    #expect(bad.status == 1)
    #expect(bad.output.hasPrefix("standard input:2:"), "\(bad)")
    let yaml = "lexicon: 1\nid: com.example.a\ndefs:\n  o: {type: nothing}\n"
    let other = try Self.run(yaml, ["check", "-"], in: folder)
    #expect(other.status == 1 && other.output.hasPrefix("standard input:4:"), "\(other)")
    let none = try Self.run("{}", ["check", "-"], in: folder)
    #expect(none.status == 1 && none.output.contains("[not-a-lexicon]"), "\(none)")
    #expect(try Self.run("{}", ["check", "-", "--fix"], in: folder).status == 2)
  }

  @Test("--stdin-path decides the format, and replaces the file with that path")
  func standardInputPath() throws {
    let folder = try TemporaryFolder()
    try folder.write(Documents.object("com.example.b"), to: "in/com/example/b.json")
    try folder.write(Documents.broken, to: "in/com/example/a.yaml")
    let arguments = ["check", "-", "--stdin-path", "in/com/example/a.yaml", "--refs", "in"]
    // JSON is YAML, too.
    let document = Documents.object("com.example.a", "com.example.b")
    let good = try Self.run(document, arguments, in: folder)
    #expect(good.status == 0 && good.output.isEmpty, "\(good)")
    let bad = try Self.run(
      Documents.object("com.example.a", "com.example.c"),
      arguments,
      in: folder
    )
    #expect(bad.status == 1 && bad.output.hasPrefix("in/com/example/a.yaml:1:"), "\(bad)")
  }

  @Test("other commands read standard input, too")
  func otherCommands() throws {
    let folder = try TemporaryFolder()
    let document = Documents.object("com.example.a")
    let export = try Self.run(document, ["export", "-", "--format", "json-schema"], in: folder)
    #expect(export.status == 0 && export.output.contains("com.example.a"), "\(export)")
    let generate = try Self.run(document, ["generate", "-", "-o", "out", "-q"], in: folder)
    #expect(generate.status == 0, "\(generate)")
    #expect(try folder.text("out/Com.Example+Root.swift").contains("struct A"))
    let docs = try Self.run(document, ["docs", "-", "-o", "site", "-q"], in: folder)
    #expect(docs.status == 0, "\(docs)")
    let format = try Self.run(document, ["format", "-"], in: folder)
    #expect(format.status == 0 && format.output.hasPrefix("{\n  \"lexicon\": 1,\n"), "\(format)")
    #expect(try Self.run(format.output, ["format", "-", "--check"], in: folder).status == 0)
    #expect(try Self.run(document, ["format", "-", "--check"], in: folder).status == 1)
    #expect(try Self.run("{}", ["format", "-"], in: folder).status == 1)
    #expect(try Self.run("{", ["format", "-"], in: folder).status == 1)
  }

  @Test(
    "every command accepts experimental features if the command line or lexgen.yaml does",
    arguments: [
      ["check", "in"], ["check", "in", "--fix"], ["generate", "in", "-o", "out"],
      ["docs", "in", "-o", "site"], ["diff", "in", "in"], ["bundle", "in"],
      ["sample", "com.example.user", "--lexicons", "in"], ["graph", "com.example.user", "in"],
    ]
  )
  func experimental(_ command: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      #"{"lexicon":1,"id":"com.example.forum","defs":{"main":{"type":"space","key":"any","#
        + #""name":"Forum","description":"A forum.","collections":["com.example.thread"]}}}"#,
      to: "in/forum.json"
    )
    try folder.write(
      #"{"lexicon":1,"id":"com.example.user","defs":{"main":{"type":"object","#
        + #""description":"A user.","properties":{"forum":{"type":"string","format":"space-ref","#
        + #""description":"The forum."}}}}}"#,
      to: "in/user.json"
    )
    let without = try LexgenProcess(command, in: folder)
    #expect(without.status == (command[0] == "diff" ? 2 : 1), "\(without.error)")
    let option = try LexgenProcess(command + ["--experimental", "spaces"], in: folder)
    #expect(option.status == 0, "\(option.output) \(option.error)")
    try folder.write("experimental: spaces\n", to: "lexgen.yaml")
    let configured = try LexgenProcess(command, in: folder)
    #expect(configured.status == 0, "\(configured.output) \(configured.error)")
    let unknown = try LexgenProcess(command + ["--experimental", "rooms"], in: folder)
    #expect(unknown.error.contains("'rooms' is not an experimental feature"), "\(unknown.error)")
  }

  @Test("the summary says what it means")
  func summary() throws {
    let folder = try GateProcessTests.project()
    func last(_ arguments: String...) throws -> String {
      try LexgenProcess(["check", "in"] + arguments, in: folder).lines.last ?? ""
    }
    #expect(try last() == "lexgen: checked 1 document: 2 warnings")
    #expect(
      try last("--strict") == "lexgen: checked 1 document: 2 warnings; failed because of --strict"
    )
    #expect(
      try last("--severity", "error")
        == "lexgen: checked 1 document: 2 warnings; 2 hidden by --severity"
    )
    try folder.write("strict: true\n", to: "lexgen.yaml")
    #expect(
      try last()
        == "lexgen: checked 1 document: 2 warnings; failed because of 'strict: true' in lexgen.yaml"
    )
    try folder.remove("lexgen.yaml")
    try folder.write(Documents.broken, to: "in/broken.json")
    #expect(
      try last() == "lexgen: checked 1 of 2 documents: 1 error, 2 warnings; 1 document has errors"
    )
  }

  @Test(
    "--severity hides findings in every format, and does not change the status",
    arguments: ["text", "json", "sarif", "github"]
  )
  func severity(_ format: String) throws {
    let folder = try GateProcessTests.project()
    try folder.write(Documents.broken, to: "in/broken.json")
    let arguments = ["check", "in", "--format", format, "--strict"]
    let all = try LexgenProcess(arguments, in: folder)
    let errors = try LexgenProcess(arguments + ["--severity", "error"], in: folder)
    #expect(all.status == 1 && errors.status == 1)
    #expect(all.output.contains("'text' allows a string of any length"))
    #expect(!errors.output.contains("'text' allows a string of any length"))
    #expect(errors.output.contains("com.example.nothing"))
    if format == "json" {
      let summary = try DataValue(json: errors.output)["summary"]
      #expect(summary?["hidden"] == 2 && summary?["warnings"] == 2)
    }
    try folder.remove("in/broken.json")
    #expect(try LexgenProcess(arguments + ["--severity", "error"], in: folder).status == 1)
    #expect(try LexgenProcess("check", "in", "--severity", "high", in: folder).status == 2)
  }

  @Test("findings have ends", arguments: ["json", "sarif", "github"])
  func ends(_ format: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "{\"lexicon\":1,\"id\":\"com.example.a\",\"defs\":{\n\"main\":{\"type\":\"strinq\"}}}",
      to: "in/a.json"
    )
    let run = try LexgenProcess("check", "in", "--format", format, in: folder)
    #expect(run.status == 1)
    switch format {
    case "json":
      let finding = try DataValue(json: run.output)["findings"]?[0]
      #expect(finding?["line"] == 2 && finding?["column"] == 16, "\(run.output)")
      #expect(finding?["endLine"] == 2 && finding?["endColumn"] == 24)
      #expect(finding?["endOffset"] == .integer((finding?["offset"]?.integer ?? 0) + 8))
    case "sarif":
      #expect(run.output.contains(#""endColumn":24"#) && run.output.contains(#""endLine":2"#))
    default: #expect(run.output.contains(",line=2,col=16,endLine=2,endColumn=24,"))
    }
  }
}
