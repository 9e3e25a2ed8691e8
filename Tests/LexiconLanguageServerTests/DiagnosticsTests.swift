import ATProtoData
import Foundation
import LexiconLanguageServer
import TestSupport
import Testing

struct DiagnosticsTests {
  /// Documents with findings of many kinds.
  private static let hostile = [
    "lexicons/com/example/note.json": Sample.note,
    "lexicons/com/example/a.json": """
    {"lexicon": 1, "id": "com.example.a", "extra": 1, "defs": {"main": {"type": "record",
      "key": "tidd", "record": {"type": "object", "required": ["x", "x", "ü"], "properties": {
      "😀": {"type": "strng"}, "b": {"type": "ref", "ref": "com.example.note#itme"},
      "c": {"type": "string", "enum": ["d"], "maxLength": 1.0, "default": "e"}}}}}}
    """,
    "lexicons/com/example/b.json":
      "{\"lexicon\": 1, \"id\": \"com.example.b\", \"defs\": {\"main\": ",
    "lexicons/com/example/c.yaml": """
    lexicon: 1
    id: com.example.d
    defs:
      main:
        type: object
        nullable: [a]
        properties:
          a: {type: ref, ref: com.example.a}
          b: {type: string, maxLenght: 3}

    """,
    "lexicons/com/example/d.yaml": "lexicon: 1\nid: [\n",
    "lexicons/com/example/e.json": "{\"other\": true}",
    "lexicons/com/example/f.json": "\u{FEFF}{\"lexicon\": 1, \"id\": \"com.example.f\"}\r\n",
    "lexicons/com/example/copy.json": Sample.note,
    "lexicons/com/example/empty.json": "",
  ]

  /// The documents of this package.
  private static func ownDocuments() throws -> [String: String] {
    let root = PythonEnvironment.package.appending(path: "Lexicons")
    let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".json") }
    return Dictionary(
      uniqueKeysWithValues: try names.map { name in
        let data = try Data(contentsOf: root.appending(path: name))
        return ("lexicons/\(name)", String(decoding: data, as: UTF8.self))
      }
    )
  }

  /// A project with every setting that matters to `lexgen check`.
  private static let configured = hostile.merging([
    "lexgen.yaml": """
    inputs: ./lexicons
    references: ./other/../references
    exclude: com.example.excluded
    baseline: known.json
    locked: true
    rules:
      closed-enum: {severity: "off", reason: "Tested."}
      unlimited-string: error

    """,
    "lexicons.json": Sample.manifest("com.example.note", "com.example.absent"),
    "lexicons/com/example/excluded.json":
      "{\"lexicon\": 1, \"id\": \"com.example.excluded\", \"defs\": {}}",
    "references/com/example/defs.json": Sample.defs, "other/README.md": "",
    "lexicons/com/example/strings.json": """
    {"lexicon": 1, "id": "com.example.strings", "defs": {"main": {"type": "record", "key": "tid",
      "record": {"type": "object", "properties": {"a": {"type": "string"},
      "b": {"type": "string", "format": "did", "maxLength": 9000}}}}}}
    """,
  ]) { $1 }

  /// Writes a baseline with every second finding of a project.
  private static func writeBaseline(_ folder: TemporaryFolder) throws -> String {
    _ = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["check", "--write-baseline"],
      folder: URL(filePath: folder.path)
    )
    var baseline = try DataValue(json: Array(try folder.text("known.json").utf8))
    let findings = try #require(baseline["findings"]?.array)
    try #require(findings.count > 3)
    let known = findings.enumerated().filter { index, finding in
      index % 2 == 0 && finding["rule"] != "unlimited-string"
    }
    baseline["findings"] = .array(known.map(\.element))
    let text = baseline.jsonString()
    try folder.write(text, to: "known.json")
    return text
  }

  @Test(arguments: ["hostile", "sample", "own", "configured"])
  func diagnosticsEqualCheck(_ name: String) throws {
    var files =
      switch name {
      case "hostile": Self.hostile
      case "sample": Sample.files
      case "configured": Self.configured
      default: try Self.ownDocuments()
      }
    let isConfigured = name == "configured"
    let folder = try TemporaryFolder()
    for (path, text) in files { try folder.write(text, to: path) }
    if isConfigured { files["known.json"] = try Self.writeBaseline(folder) }
    var client = try EditorClient(folder: folder)
    try client.settle()
    // Edits and their inverse must leave no trace.
    for (path, text) in files.sorted(by: { $0.key < $1.key }).prefix(isConfigured ? 6 : 3) {
      try client.open(client.uri(path), text)
      try client.change(client.uri(path), "{")
      try client.settle()
      try client.change(client.uri(path), text)
      try client.settle()
    }
    let check = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["check"] + (isConfigured ? [] : ["lexicons"]) + ["--format", "json"],
      folder: URL(filePath: client.folder.path)
    )
    // The command names files as the configuration does.
    let output = String(decoding: check.output, as: UTF8.self)
      .replacing("./other/../references/", with: "references/")
      .replacing("./lexicons/", with: "lexicons/")
    let report = try DataValue(json: Array(output.utf8))
    let findings = try #require(report["findings"]?.array)
    var expected: [String: [DataValue]] = [:]
    for finding in findings {
      let file = try #require(finding["file"]?.string)
      expected[client.uri(file), default: []].append(try Self.diagnostic(finding, files, client))
    }
    let found = client.diagnostics.filter { !$0.value.isEmpty }
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (uri, diagnostics) in expected {
      let found = found[uri]?.map(Self.comparable) ?? []
      // The command sorts files with several spellings of their paths differently.
      let isEqual =
        isConfigured
        ? found.count == diagnostics.count && found.allSatisfy(diagnostics.contains)
        : found == diagnostics
      #expect(isEqual, "\(uri): \(found), expected \(diagnostics)")
    }
    #expect(findings.count > (name == "sample" ? 0 : isConfigured ? 5 : 10))
    if isConfigured {
      let rules = Set(findings.compactMap { $0["rule"]?.string })
      #expect(rules.isSuperset(of: ["lock-modified", "lock-missing", "unlimited-string"]))
      #expect(!output.contains("excluded.json"))
    }
  }

  /// What the server sends for a finding.
  private static func diagnostic(
    _ finding: DataValue,
    _ files: [String: String],
    _ client: EditorClient
  ) throws -> DataValue {
    var value: DataValue = [
      "range": try range(finding, files), "code": try #require(finding["rule"]),
      "severity": finding["severity"] == "error" ? 1 : finding["severity"] == "warning" ? 2 : 3,
      "message": try #require(finding["message"]), "source": "lexgen",
    ]
    if let related = finding["related"]?.array {
      value["related"] = .array(
        try related.map { note in
          [
            "uri": .string(client.uri(try #require(note["file"]?.string))),
            "range": try range(note, files), "message": try #require(note["message"]),
          ]
        }
      )
    }
    return value
  }

  /// The range of a place in UTF-16, counted without the server's code.
  private static func range(_ place: DataValue, _ files: [String: String]) throws -> DataValue {
    let file = try #require(place["file"]?.string)
    let bytes = Array(try #require(files[file]).utf8)
    func position(_ key: String) throws -> DataValue {
      let offset = try #require(place[key]?.integer)
      let lines = String(decoding: bytes[..<offset], as: UTF8.self)
        .replacing("\r\n", with: "\n")
        .split(separator: "\n", omittingEmptySubsequences: false)
      return [
        "line": .integer(lines.count - 1), "character": .integer(lines.last?.utf16.count ?? 0),
      ]
    }
    return ["start": try position("offset"), "end": try position("endOffset")]
  }

  private static func comparable(_ diagnostic: DataValue) -> DataValue {
    var value: DataValue = [:]
    value["range"] = diagnostic["range"]
    for key in ["code", "severity", "message", "source"] { value[key] = diagnostic[key] }
    if let related = diagnostic["relatedInformation"]?.array {
      value["related"] = .array(
        related.map { note in
          var value: DataValue = [:]
          value["uri"] = note["location"]?["uri"]
          value["range"] = note["location"]?["range"]
          value["message"] = note["message"]
          return value
        }
      )
    }
    return value
  }

  @Test func rangesAreNeverEmptyButAtTheEndOfTheFile() throws {
    var client = try EditorClient(Self.hostile)
    try client.settle()
    try #require(client.diagnostics.values.count { !$0.isEmpty } > 3)
    for (uri, diagnostics) in client.diagnostics {
      let path = uri.replacing("file://\(client.folder.path)/", with: "")
      let text = try #require(Self.hostile[path])
      let end =
        text.replacing("\r\n", with: "\n").split(
          separator: "\n",
          omittingEmptySubsequences: false
        ).count - 1
      for diagnostic in diagnostics {
        let range = diagnostic["range"]
        #expect(range?["start"] != range?["end"] || range?["end"]?["line"] == .integer(end))
      }
    }
  }

  @Test func rangesCoverTheToken() throws {
    var client = try EditorClient()
    let text = """
      {"lexicon": 1, "id": "com.example.a", "defs": {"main": {"type": "strng"}}}
      """
    try client.open("untitled:a", text)
    try client.settle()
    let found = try #require(client.diagnostics["untitled:a"]?.first)
    #expect(Marked.text(found["range"], in: text) == "\"strng\"")
  }

  @Test func notesOnADocumentWithoutAFileNameItsURI() throws {
    var client = try EditorClient()
    let uri = "untitled:Untitled-1"
    try client.open(
      uri,
      """
      {"lexicon": 1, "id": "com.example.a", "defs": {
        "a": {"type": "array", "items": {"type": "ref", "ref": "#b"}},
        "b": {"type": "array", "items": {"type": "ref", "ref": "#a"}}}}
      """
    )
    try client.settle()
    let notes = (client.diagnostics[uri] ?? []).flatMap { $0["relatedInformation"]?.array ?? [] }
    #expect(!notes.isEmpty)
    #expect(notes.allSatisfy { $0["location"]?["uri"] == .string(uri) })
    #expect(notes.allSatisfy { $0["location"]?["range"]?["end"] != ["line": 0, "character": 0] })
  }

  @Test func buffersReplaceFiles() throws {
    var client = try EditorClient(Sample.files)
    let uri = client.uri(Sample.defsPath)
    try client.settle()
    #expect(client.diagnostics.keys.flatMap { client.errors($0) } == [])
    try client.open(uri, Sample.defs.replacing("\"person\"", with: "\"human\""), version: 7)
    try client.settle()
    #expect(client.rules(client.uri(Sample.notePath)).contains("unresolved-reference"))
    let message = try #require(
      client.messages.last { $0["params"]?["uri"] == .string(uri) }
    )
    #expect(message["params"]?["version"] == 7)
    try client.change(uri, Sample.defs, version: 8)
    try client.settle()
    #expect(client.diagnostics.keys.flatMap { client.errors($0) } == [])
  }

  @Test func anEmptyListClears() throws {
    var client = try EditorClient()
    try client.open("untitled:a", "{\"lexicon\": 1}")
    try client.settle()
    #expect(client.rules("untitled:a") != [])
    try client.change("untitled:a", "{}")
    try client.settle()
    #expect(client.diagnostics["untitled:a"] == [])
  }

  @Test func onlyChangesArePublished() throws {
    var client = try EditorClient(Self.hostile)
    try client.settle()
    let count = client.messages.count
    try client.settle()
    #expect(client.messages.count == count)
    try client.open(client.uri("lexicons/com/example/e.json"), "{}")
    try client.settle()
    #expect(client.messages.count == count + 1)
  }
}
