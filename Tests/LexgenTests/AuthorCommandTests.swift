import ATProtoData
import Foundation
import TestSupport
import Testing

/// init, new, validate, sample, graph, docs, export, and what describes the tool itself.
@Suite("lexgen init, new, validate, sample, graph, docs, and export")
struct AuthorCommandTests {
  private static let note = """
    {"lexicon":1,"id":"com.example.note","defs":{
      "main":{"type":"record","key":"tid","record":{"type":"object","required":["text"],
        "properties":{"text":{"type":"string","maxLength":10},
          "tags":{"type":"array","items":{"type":"ref","ref":"#tag"}}}}},
      "tag":{"type":"object","properties":{"name":{"type":"string","maxLength":3}}}}}
    """
  private static let query = """
    {"lexicon":1,"id":"com.example.getNote","defs":{"main":{"type":"query",
      "output":{"encoding":"application/json","schema":{"type":"object","required":["note"],
        "properties":{"note":{"type":"ref","ref":"com.example.note"}}}}}}}
    """

  private static func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(note, to: "Lexicons/com/example/note.json")
    try folder.write(query, to: "Lexicons/com/example/getNote.json")
    try folder.write("inputs: Lexicons\noutput: out\n", to: "lexgen.yaml")
    return folder
  }

  // MARK: init and new

  @Test("init creates a project that passes check and generates")
  func begin() throws {
    let folder = try TemporaryFolder()
    let made = try LexgenProcess("init", "notes", "--group", "org.example.notes", in: folder)
    #expect(made.status == 0, "\(made.error)")
    let names = try folder.names(below: "notes")
    #expect(
      names == [
        ".github/workflows/lexicons.yml",
        "Lexicons/org/example/notes/authBasic.json", "Lexicons/org/example/notes/listNotes.json",
        "Lexicons/org/example/notes/note.json", "Lexicons/org/example/notes/publishNote.json",
        "Lexicons/org/example/notes/subscribeNotes.json", "lexgen.yaml",
      ]
    )
    #expect(made.output.split(separator: "\n").count == names.count)
    let arguments = ["--config", "notes/lexgen.yaml"]
    let check = try LexgenProcess(["check"] + arguments, in: folder)
    #expect(check.status == 0, "\(check.error)")
    #expect(check.lines == ["lexgen: checked 5 documents: no problems"])
    let format = try LexgenProcess(["format", "--check", "notes/Lexicons"], in: folder)
    #expect(format.status == 0, "\(format.output)")
    let generated = try LexgenProcess(["generate"] + arguments, in: folder)
    #expect(generated.status == 0, "\(generated.error)")
    #expect(try folder.names(below: "notes/Sources/Lexicons").count > 1)
    let workflow = try folder.text("notes/.github/workflows/lexicons.yml")
    #expect(workflow.contains("lexgen check") && workflow.contains("lexgen diff"))
  }

  @Test(
    "what init writes passes its own strict check",
    arguments: [
      "com.example", "com.example.notes", "org.example-site.app", "io.github.me", "dev.x1.a2",
      "com.example.Notes", "Com.Example.notes", "net.example.very.long.group.of.segments", "a.bc",
      "xyz.example.list", "com.example.record", "com.example.defs", "com.example.query",
    ]
  )
  func ownCheck(_ group: String) throws {
    let folder = try TemporaryFolder()
    let made = try LexgenProcess("init", "--group", group, in: folder)
    #expect(made.status == 0, "\(made.error)")
    let lowercase = group.lowercased()
    let note = "lexgen: using \(lowercase), because the domain authority of an NSID is lowercase"
    #expect(made.lines == (group == lowercase ? [] : [note]))
    let check = try LexgenProcess("check", "--strict", in: folder)
    #expect(check.status == 0 && check.output.isEmpty, "\(check.output)")
    #expect(check.lines == ["lexgen: checked 5 documents: no problems"])
  }

  @Test("init uses the directory 'lexicons' if it exists")
  func lowercaseDirectory() throws {
    let folder = try TemporaryFolder()
    try folder.folder("lexicons")
    #expect(try LexgenProcess("init", in: folder).status == 0)
    #expect(try folder.names(below: "lexicons").count == 5)
    #expect(try folder.text("lexgen.yaml").contains("inputs: lexicons\n"))
    #expect(try LexgenProcess("check", in: folder).status == 0)
    let other = try TemporaryFolder()
    try other.folder("lexicons")
    let made = try LexgenProcess("new", "record", "com.example.notes.note", in: other)
    #expect(made.output == "lexicons/com/example/notes/note.json\n")
  }

  @Test("new writes the domain authority in lower case, and knows the name of shared definitions")
  func names() throws {
    let folder = try TemporaryFolder()
    let made = try LexgenProcess("new", "record", "com.Example.myNote", in: folder)
    #expect(made.output == "Lexicons/com/example/myNote.json\n", "\(made.error)")
    #expect(made.lines.count == 1 && made.lines[0].hasPrefix("lexgen: using com.example, because"))
    let defs = try LexgenProcess("new", "defs", "com.example.notes.defs", in: folder)
    #expect(defs.status == 0 && defs.lines.isEmpty)
    let other = try LexgenProcess("new", "defs", "com.example.notes.shared", in: folder)
    #expect(
      other.lines == ["lexgen: shared definitions usually go into a document named 'defs'"]
    )
  }

  @Test("init writes nothing if a file exists")
  func beginTwice() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "lexgen.yaml")
    let run = try LexgenProcess("init", in: folder)
    #expect(run.status == 2)
    #expect(
      run.lines.contains { $0.hasPrefix("lexgen.yaml: error: cannot create: the file exists") }
    )
    #expect(try folder.names() == ["lexgen.yaml"])
    #expect(try folder.text("lexgen.yaml") == "mine")
  }

  @Test(
    "new creates a document that passes check",
    arguments: [
      ("record", "thing"), ("query", "getThing"), ("procedure", "putThing"),
      ("subscription", "subscribeThings"), ("permission-set", "thingBasic"),
      ("defs", "defs"),
    ]
  )
  func skeleton(_ kind: String, _ name: String) throws {
    let folder = try TemporaryFolder()
    let made = try LexgenProcess("new", kind, "com.example.some.\(name)", in: folder)
    #expect(made.status == 0, "\(made.error)")
    #expect(made.output == "Lexicons/com/example/some/\(name).json\n")
    // The documents named in the permission set.
    for (kind, name) in [("record", "item"), ("query", "listItems")] {
      #expect(try LexgenProcess("new", kind, "com.example.some.\(name)", in: folder).status == 0)
    }
    let check = try LexgenProcess("check", "Lexicons", "--strict", in: folder)
    #expect(check.status == 0 && !check.output.contains("warning"), "\(check.output)")
    let again = try LexgenProcess("new", kind, "com.example.some.\(name)", in: folder)
    #expect(again.status == 2)
  }

  @Test("new rejects an invalid NSID", arguments: ["thing", "../../etc/passwd", "com.example.a/b"])
  func badName(_ name: String) throws {
    let folder = try TemporaryFolder()
    #expect(try LexgenProcess("new", "record", name, in: folder).status == 2)
    #expect(try folder.names() == [])
  }

  // MARK: validate and sample

  @Test(
    "validate prints every violation with its path",
    arguments: [
      ("com.example.note", #"{"$type":"com.example.note","text":"short"}"#, 0, []),
      (
        "com.example.note",
        #"{"$type":"com.example.note","text":"much too long","tags":[{},{"name":"four"}]}"#, 1,
        ["1:36: error: text:", "1:71: error: tags[1].name:"]
      ),
      ("com.example.note#tag", #"{"name":1}"#, 1, ["1:9: error: name:"]),
      ("com.example.getNote/output", "{}", 1, ["1:1: error: note:"]),
      ("com.example.note", #"{"text":"#, 1, ["1:9: error: "]),
    ] as [(String, String, Int32, [String])]
  )
  func validate(_ nsid: String, _ data: String, _ status: Int32, _ paths: [String]) throws {
    let folder = try Self.project()
    try folder.write(data, to: "data.json")
    let run = try LexgenProcess("validate", nsid, "data.json", in: folder)
    #expect(run.status == status, "\(run.error)")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.count == paths.count, "\(lines)")
    for (line, path) in zip(lines, paths) {
      #expect(line.hasPrefix("data.json:\(path)"), "\(line)")
    }
  }

  @Test("validate reads DAG-CBOR and standard input, and escapes control characters")
  func validateForms() throws {
    let folder = try Self.project()
    let good: DataValue = ["$type": "com.example.note", "text": "x"]
    let bad: DataValue = ["$type": "com.example.\u{1B}[2J", "text": "x"]
    try folder.write(good.cborBytes(), to: "good.cbor")
    try folder.write(bad.cborBytes(), to: "bad.cbor")
    let run = try LexgenProcess("validate", "com.example.note", "good.cbor", in: folder)
    #expect(run.status == 0, "\(run.error)")
    let refused = try LexgenProcess(
      "validate",
      "com.example.note",
      "good.cbor",
      "bad.cbor",
      "absent.json",
      in: folder
    )
    #expect(refused.status == 1)
    #expect(refused.output.contains("bad.cbor: error: $type: "))
    #expect(refused.error.contains("absent.json: error: cannot read"))
    #expect(!refused.output.contains("\u{1B}"))
    let child = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["validate", "com.example.note", "-"],
      input: Data(bad.jsonBytes()),
      folder: URL(filePath: folder.path)
    )
    #expect(child.status == 1)
    #expect(
      child.lines.first?.hasPrefix("standard input:1:21: error: $type: ") == true,
      "\(child.lines)"
    )
  }

  @Test("validate and sample reject a definition without data", arguments: ["validate", "sample"])
  func withoutData(_ command: String) throws {
    let folder = try Self.project()
    try folder.write("{}", to: "data.json")
    let files = command == "validate" ? ["data.json"] : []
    for nsid in ["com.example.getNote", "com.example.gone", "com.example.note#gone", "x"] {
      let run = try LexgenProcess([command, nsid] + files, in: folder)
      #expect(run.status == 2, "\(nsid)")
    }
  }

  @Test("samples are deterministic and valid or invalid as requested", arguments: ["json", "cbor"])
  func samples(_ format: String) throws {
    let folder = try Self.project()
    let program = try ChildProcess.built("lexgen")
    func sample(_ arguments: String...) throws -> ChildProcess {
      try ChildProcess(
        program,
        ["sample", "com.example.note", "--format", format] + arguments,
        folder: URL(filePath: folder.path)
      )
    }
    let valid = try sample("--seed", "5")
    #expect(valid.status == 0)
    #expect(valid.output == (try sample("--seed", "5")).output)
    try folder.write([UInt8](valid.output), to: "valid")
    #expect(try LexgenProcess("validate", "com.example.note", "valid", in: folder).status == 0)
    let edge = try sample("--seed", "5", "--edge-cases")
    #expect(edge.status == 0 && edge.output != valid.output)
    let invalid = try sample("--invalid")
    #expect(String(decoding: invalid.error, as: UTF8.self).contains(" violates "))
    try folder.write([UInt8](invalid.output), to: "invalid")
    #expect(try LexgenProcess("validate", "com.example.note", "invalid", in: folder).status == 1)
  }

  @Test("--explain prints the violated constraint of each value")
  func explain() throws {
    let run = try LexgenProcess(
      "sample",
      "com.example.note",
      "--invalid",
      "--explain",
      "--count",
      "100",
      in: try Self.project()
    )
    let lines = run.output.split(separator: "\n")
    #expect(lines.count > 4)
    var rules: Set<String> = []
    for line in lines {
      let value = try DataValue(json: String(line))
      #expect(value["value"] != nil && value["path"]?.string != nil)
      rules.insert(try #require(value["rule"]?.string))
    }
    #expect(rules.contains("maxLength") && rules.contains("missingField"))
  }

  // MARK: graph, docs, export

  @Test(
    "graph prints nodes and edges in both formats",
    arguments: [
      (
        ["--format", "dot"],
        """
        digraph lexicons {
          rankdir=LR
          node [shape=box, fontname=monospace]
          "com.example.getNote"
          "com.example.note"
          "com.example.getNote" -> "com.example.note"
        }

        """
      ),
      (
        ["com.example.note", "--format", "mermaid", "--level", "definitions"],
        """
        flowchart LR
          n0["com.example.note"]
          n1["com.example.note#35;tag"]
          n0 --> n1

        """
      ),
      (
        ["com.example.note", "--format", "mermaid"],
        "flowchart LR\n  n0[\"com.example.note\"]\n"
      ),
      (
        ["com.example.note", "Lexicons/com", "--format", "mermaid"],
        "flowchart LR\n  n0[\"com.example.note\"]\n"
      ),
      (
        ["Lexicons/com/example/note.json", "--format", "mermaid"],
        "flowchart LR\n  n0[\"com.example.note\"]\n"
      ),
    ] as [([String], String)]
  )
  func graph(_ arguments: [String], _ expected: String) throws {
    let run = try LexgenProcess(["graph"] + arguments, in: try Self.project())
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output == expected)
  }

  @Test("names in a graph are escaped")
  func graphEscapes() throws {
    let folder = try TemporaryFolder()
    let text = Self.note.replacing("\"tag\":", with: #""t\"]x\\":"#).replacing(
      "#tag",
      with: #"#t\"]x\\"#
    )
    try folder.write(text, to: "in/note.json")
    let arguments = ["graph", "--lexicons", "in", "--level", "definitions", "--format"]
    let dot = try LexgenProcess(arguments + ["dot"], in: folder)
    #expect(dot.output.contains(#"  "com.example.note#t\"]x\\""#), "\(dot.error)")
    let mermaid = try LexgenProcess(arguments + ["mermaid"], in: folder)
    #expect(mermaid.output.contains("[\"com.example.note#35;t#34;#93;x#92;\"]"))
  }

  @Test("a quotation mark with a combining mark in a graph is escaped")
  func graphEscapesBelowCharacters() throws {
    let folder = try TemporaryFolder()
    let text = Self.note.replacing("\"tag\":", with: "\"t\\\"\u{301}x\":").replacing(
      "#tag",
      with: "#t\\\"\u{301}x"
    )
    try folder.write(text, to: "in/note.json")
    let run = try LexgenProcess(
      ["graph", "--lexicons", "in", "--level", "definitions", "--format", "dot"],
      in: folder
    )
    let output = Array(run.output.utf8)
    #expect(output.contains(Array("\"com.example.note#t\\\"\u{301}x\"".utf8)), "\(run.error)")
  }

  @Test("docs writes a site, does not touch unchanged pages, and removes only its own")
  func docs() throws {
    let folder = try Self.project()
    let first = try LexgenProcess("docs", "--output", "site", in: folder)
    #expect(first.status == 0, "\(first.error)")
    #expect(
      try folder.names(below: "site") == [
        "com.example.getNote.html", "com.example.note.html", "index.html", "site.css", "site.js",
      ]
    )
    try folder.write("<p>mine</p>", to: "site/mine.html")
    try folder.remove("Lexicons/com/example/getNote.json")
    let second = try LexgenProcess("docs", "--output", "site", in: folder)
    #expect(second.error.contains("2 unchanged, 1 removed"), "\(second.error)")
    #expect(
      try folder.names(below: "site") == [
        "com.example.note.html", "index.html", "mine.html", "site.css", "site.js",
      ]
    )
    try folder.write("<p>mine</p>", to: "site/com.example.note.html")
    let third = try LexgenProcess("docs", "--output", "site", in: folder)
    #expect(third.status == 2)
    #expect(try folder.text("site/com.example.note.html") == "<p>mine</p>")
  }

  @Test("export prints the schema or writes it to a file", arguments: ["json-schema", "openapi"])
  func export(_ format: String) throws {
    let folder = try Self.project()
    let printed = try LexgenProcess("export", "--format", format, in: folder)
    #expect(printed.status == 0, "\(printed.error)")
    let document = try Self.schema(printed.output)
    #expect(document[format == "openapi" ? "openapi" : "$defs"] != nil)
    let written = try LexgenProcess("export", "--format", format, "-o", "it.json", in: folder)
    #expect(written.output == "")
    #expect(try folder.text("it.json") == printed.output)
  }

  @Test("export --subject describes one definition")
  func exportOne() throws {
    let folder = try Self.project()
    let arguments = ["export", "--format", "json-schema", "--subject"]
    let run = try LexgenProcess(arguments + ["com.example.note#tag"], in: folder)
    #expect(try Self.schema(run.output)["$ref"] == "#/$defs/com.example.note_tag")
    #expect(try LexgenProcess(arguments + ["com.example.getNote"], in: folder).status == 2)
    #expect(try LexgenProcess(arguments + ["com.example.gone"], in: folder).status == 2)
  }

  /// A schema of data: it has properties named `$bytes` and `$link`, which data cannot have.
  private static func schema(_ text: String) throws -> DataValue {
    try DataValue(
      json: text.replacing("\"$bytes\"", with: "\"bytes\"").replacing("\"$link\"", with: "\"link\"")
    )
  }
}
