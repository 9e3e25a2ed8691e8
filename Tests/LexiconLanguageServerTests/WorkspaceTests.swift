import ATProtoData
import Foundation
import LexiconLanguageServer
import LexiconProject
import TestSupport
import Testing

/// A file system in which `lexicons` and `Lexicons` are the same directory.
private struct CaseInsensitiveFiles: FileProvider {
  private let disk = DiskFiles()

  private func onDisk(_ path: String) -> String { path.replacing("/lexicons", with: "/Lexicons") }

  func entry(at path: String) -> FileSystem.Entry? { disk.entry(at: onDisk(path)) }

  func names(in directory: String) throws(FileSystem.Failure) -> [String] {
    try disk.names(in: onDisk(directory))
  }

  func read(_ path: String, limit: Int) throws(FileSystem.Failure) -> [UInt8] {
    try disk.read(onDisk(path), limit: limit)
  }
}

struct WorkspaceTests {
  private static let broken = #"{"lexicon": 1, "id": "com.example.a", "defs": {}}"#
  private static let brokenRules = ["no-definitions"]

  @Test func aFolderUsesTheInputsOfItsConfiguration() throws {
    var client = try EditorClient([
      "lexgen.yaml": "inputs: schemas\n", "schemas/com/example/a.json": Self.broken,
      "lexicons/com/example/b.json": Self.broken,
    ])
    try client.settle()
    #expect(client.diagnostics.keys.sorted() == [client.uri("schemas/com/example/a.json")])
  }

  @Test func rulesAndBaselineOfTheConfigurationCount() throws {
    let files = Sample.files.merging([
      "lexgen.yaml": """
      rules:
        unlimited-string: error
        closed-enum: {severity: "off", reason: "Tested."}

      """
    ]) { $1 }
    var client = try EditorClient(files)
    let uri = client.uri("lexicons/com/example/a.json")
    try client.open(
      uri,
      """
      {"lexicon": 1, "id": "com.example.a", "defs": {"main": {"type": "record", "key": "tid",
      "description": "A.", "record": {"type": "object", "properties": {"a": {"type": "string",
      "description": "A."}, "b": {"type": "string", "description": "B.", "enum": ["c"]}}}}}}
      """
    )
    try client.settle()
    let found = client.diagnostics[uri] ?? []
    #expect(found.contains { $0["code"] == "unlimited-string" && $0["severity"] == 1 })
    #expect(!client.rules(uri).contains("closed-enum"))
  }

  @Test func lexiconsComesBeforeCapitalLexicons() throws {
    var client = try EditorClient([
      "lexicons/com/example/a.json": Self.broken, "Lexicons/com/example/b.json": Self.broken,
    ])
    try client.settle()
    #expect(client.diagnostics.keys.sorted() == [client.uri("lexicons/com/example/a.json")])
    var other = try EditorClient(["Lexicons/com/example/a.json": Self.broken])
    try other.settle()
    #expect(other.rules(other.uri("Lexicons/com/example/a.json")) == Self.brokenRules)
  }

  @Test func theNameOfTheFolderIsSpelledAsOnDisk() throws {
    var client = try EditorClient(
      folder: try TemporaryFolder(),
      ["Lexicons/com/example/a.json": Self.broken],
      server: LanguageServer(files: CaseInsensitiveFiles(), version: "test")
    )
    try client.settle()
    #expect(client.diagnostics.keys.sorted() == [client.uri("Lexicons/com/example/a.json")])
  }

  @Test func anotherConfigurationCanBeNamed() throws {
    var client = try EditorClient(
      [
        "lexgen.yaml": "inputs: a\n", "tools/other.yaml": "inputs: ../b\n",
        "a/com/example/a.json": Self.broken, "b/com/example/a.json": Self.broken,
      ],
      options: ["config": "tools/other.yaml"]
    )
    try client.settle()
    let uri = client.uri("b/com/example/a.json")
    #expect(client.diagnostics.keys.sorted() == [uri])
    #expect(client.rules(uri) == Self.brokenRules)
    try client.open(uri, Sample.note.replacing("com.example.note", with: "com.example.a"))
    try client.settle()
    #expect(client.rules(uri).contains("unresolved-reference"))
  }

  @Test(
    arguments: [
      ("./schemas", "schemas/com/example/a.json"), ("schemas//com/", "schemas/com/example/a.json"),
      (".", "schemas/com/example/a.json"), ("other/../schemas", "schemas/com/example/a.json"),
      ("../schemas", "../schemas/com/example/a.json"),
    ]
  )
  func pathsInTheConfigurationAreNormalized(_ input: String, _ path: String) throws {
    let folder = try TemporaryFolder()
    try folder.folder("project/other")
    try folder.write("inputs: \(input)\n", to: "project/lexgen.yaml")
    let place = path.hasPrefix("../") ? String(path.dropFirst(3)) : "project/\(path)"
    try folder.write(Self.broken, to: place)
    var client = try EditorClient(folder: folder)
    try client.notify(
      "workspace/didChangeWorkspaceFolders",
      [
        "event": [
          "added": [["uri": .string(client.uri("project")), "name": "project"]],
          "removed": [["uri": .string("file://\(folder.path)"), "name": "root"]],
        ]
      ]
    )
    let uri = client.uri(place)
    try client.open(uri, Sample.note.replacing("com.example.note", with: "com.example.a"))
    try client.settle()
    // Only documents of a project have unresolved references.
    #expect(client.rules(uri).contains("unresolved-reference"))
    #expect(client.diagnostics.filter { !$0.value.isEmpty }.keys.sorted() == [uri])
  }

  @Test func aConfigurationThatCannotBeReadIsReported() throws {
    var client = try EditorClient(
      ["lexicons/com/example/a.json": Self.broken],
      options: ["config": "absent.yaml"]
    )
    try client.settle()
    let message = client.messages.first { $0["method"] == "window/showMessage" }
    #expect(message?["params"]?["message"]?.string?.contains("absent.yaml") == true)
    #expect(client.rules(client.uri("lexicons/com/example/a.json")) == Self.brokenRules)
  }

  @Test func aBrokenConfigurationIsReportedAndTheFolderIsChecked() throws {
    var client = try EditorClient([
      "lexgen.yaml": "input: schemas\n", "lexicons/com/example/a.json": Self.broken,
    ])
    try client.settle()
    #expect(client.rules(client.uri("lexgen.yaml")) == ["configuration"])
    #expect(client.rules(client.uri("lexicons/com/example/a.json")) == Self.brokenRules)
  }

  @Test func aChangedConfigurationCountsAtOnce() throws {
    var client = try EditorClient([
      "lexgen.yaml": "inputs: a\n", "a/com/example/a.json": Self.broken,
      "b/com/example/a.json": Self.broken,
    ])
    try client.settle()
    try client.open(client.uri("lexgen.yaml"), "inputs: b\n", language: "yaml")
    try client.settle()
    #expect(client.rules(client.uri("a/com/example/a.json")) == [])
    #expect(client.rules(client.uri("b/com/example/a.json")) == Self.brokenRules)
  }

  @Test func experimentalFeaturesFollowTheConfiguration() throws {
    var client = try EditorClient([
      "lexgen.yaml": "inputs: lexicons\n",
      "lexicons/com/example/forum.json": """
      {"lexicon": 1, "id": "com.example.forum", "defs": {"main": {"type": "space", "key": "any",
      "name": "Forum", "description": "A forum.", "collections": ["com.example.thread"]}}}
      """,
    ])
    let forum = client.uri("lexicons/com/example/forum.json")
    try client.settle()
    #expect(!client.errors(forum).isEmpty)
    let configuration = "inputs: lexicons\nexperimental: spaces\n"
    try client.open(client.uri("lexgen.yaml"), configuration, language: "yaml")
    try client.settle()
    #expect(client.errors(forum) == [])
    try client.change(client.uri("lexgen.yaml"), "inputs: lexicons\n")
    try client.settle()
    #expect(!client.errors(forum).isEmpty)
  }

  @Test func foldersAreProjectsOfTheirOwn() throws {
    var client = try EditorClient()
    for name in ["one", "two"] {
      try client.folder.write(Sample.note, to: "\(name)/lexicons/com/example/note.json")
      try client.notify(
        "workspace/didChangeWorkspaceFolders",
        ["event": ["added": [["uri": .string(client.uri(name)), "name": "x"]], "removed": []]]
      )
    }
    try client.folder.write(Sample.defs, to: "two/lexicons/com/example/defs.json")
    try client.settle()
    #expect(client.errors(client.uri("one/lexicons/com/example/note.json")) != [])
    #expect(client.errors(client.uri("two/lexicons/com/example/note.json")) == [])
  }

  @Test func documentsOutsideOfAProjectAreCheckedAlone() throws {
    var client = try EditorClient(Sample.files)
    let text = """
      {"lexicon": 1, "id": "com.example.a", "defs": {"main": {"type": "object", "properties": {
      "a": {"type": "ref", "ref": "com.example.missing"}, "b": {"type": "number"}}}}}
      """
    for uri in ["untitled:Untitled-1", "file:///elsewhere/a.json"] {
      try client.open(uri, text)
      try client.settle()
      #expect(client.rules(uri).contains("unknown-type"))
      #expect(!client.rules(uri).contains("unresolved-reference"))
      try client.close(uri)
      try client.settle()
      #expect(client.rules(uri) == [])
    }
  }

  @Test(
    arguments: [
      ("{\"name\": \"x\"}", "json"), ("// comment\n{\"name\": 1}", "json"), ("a: [\n", "yaml"),
      ("", "json"), ("", "yaml"),
    ]
  )
  func otherJSONStaysQuiet(_ text: String, _ language: String) throws {
    var client = try EditorClient(Sample.files)
    let uri = "file:///elsewhere/package.\(language)"
    try client.open(uri, text, language: language)
    try client.settle()
    #expect(client.rules(uri) == [])
  }

  @Test func urisAreReturnedAsTheyCame() throws {
    var client = try EditorClient(["lexicons/com/example/a.json": Self.broken])
    let uri = client.uri("lexicons/com%2Fexample/%61.json")
    try client.open(uri, Self.broken)
    try client.settle()
    #expect(client.diagnostics.keys.sorted() == [uri])
    try client.close(uri)
    try client.change(uri, "{}")
    try client.settle()
    #expect(client.diagnostics.keys.sorted() == [uri])
  }

  @Test func watchedFilesAreRegistered() throws {
    let client = try EditorClient()
    let request = try #require(
      client.messages.first { $0["method"] == "client/registerCapability" }
    )
    let registration = request["params"]?["registrations"]?[0]
    #expect(registration?["method"] == "workspace/didChangeWatchedFiles")
    #expect(
      registration?["registerOptions"]?["watchers"]
        == [["globPattern": "**/*.{json,yaml,yml}"]]
    )
    let other = try EditorClient(folder: client.folder, capabilities: [:])
    #expect(other.messages.isEmpty)
  }

  @Test func openBuffersWinOverEvents() throws {
    var client = try EditorClient(Sample.files)
    let uri = client.uri(Sample.notePath)
    try client.open(uri, Sample.note)
    try client.settle()
    #expect(client.errors(uri) == [])
    try client.folder.write(Self.broken, to: Sample.notePath)
    let event: DataValue = ["changes": [["uri": .string(uri), "type": 2]]]
    try client.notify("workspace/didChangeWatchedFiles", event)
    try client.settle()
    #expect(client.errors(uri) == [])
    try client.close(uri)
    try client.settle()
    #expect(client.rules(uri).contains("no-definitions"))
  }

  @Test func eventsAddAndRemoveDocuments() throws {
    var client = try EditorClient(Sample.files)
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) == [])
    try client.folder.remove(Sample.defsPath)
    let uri = client.uri(Sample.defsPath)
    try client.notify(
      "workspace/didChangeWatchedFiles",
      ["changes": [["uri": .string(uri), "type": 3]]]
    )
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) != [])
    try client.folder.write(Sample.defs, to: Sample.defsPath)
    try client.notify(
      "workspace/didChangeWatchedFiles",
      ["changes": [["uri": .string(uri), "type": 1]]]
    )
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) == [])
  }

  @Test func aRequestAfterAnEventDoesNotHoldBackDiagnostics() throws {
    var client = try EditorClient(Sample.files)
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) == [])
    try client.folder.remove(Sample.defsPath)
    let uri: DataValue = .string(client.uri(Sample.defsPath))
    try client.notify(
      "workspace/didChangeWatchedFiles",
      ["changes": [["uri": uri, "type": 3]]]
    )
    _ = try client.request(
      "textDocument/documentSymbol",
      ["textDocument": ["uri": .string(client.uri(Sample.notePath))]]
    )
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) != [])
  }

  @Test(
    "A document with a lost change has no diagnostics and edits until all of its text is known",
    arguments: [
      [
        [
          "text": " ",
          "range": ["start": ["line": 0, "character": 0], "end": ["line": 0, "character": 0]],
        ],
        ["text": "x", "range": ["start": ["line": -1]]],
      ],
      [["text": 1]], [[:]],
    ] as [[DataValue]]
  )
  func lostChangesAreNoticed(_ changes: [DataValue]) throws {
    var client = try EditorClient()
    let uri = client.uri("lexicons/com/example/a.json")
    try client.open(uri, Self.broken)
    try client.settle()
    #expect(client.rules(uri) == Self.brokenRules)
    try client.change(uri, changes)
    try client.settle()
    #expect(client.messages.count { $0["method"] == "window/showMessage" } == 1)
    #expect(client.diagnostics[uri] == [])
    let params: DataValue = [
      "textDocument": ["uri": .string(uri)], "position": ["line": 0, "character": 0],
      "newName": "b",
    ]
    #expect(try client.request("textDocument/formatting", params) == .null)
    #expect(try client.failure("textDocument/rename", params) == -32803)
    // A change of a part cannot make up for it.
    let start: DataValue = ["line": 0, "character": 0]
    try client.change(uri, [["text": " ", "range": ["start": start, "end": start]]], version: 3)
    try client.settle()
    #expect(client.diagnostics[uri] == [])
    #expect(client.messages.count { $0["method"] == "window/showMessage" } == 1)
    try client.change(uri, Self.broken, version: 4)
    try client.settle()
    #expect(client.rules(uri) == Self.brokenRules)
    #expect(client.messages.last?["params"]?["version"] == 4)
  }

  @Test func lockedProjectsAreComparedWithTheirManifest() throws {
    var files = Sample.files
    files["lexgen.yaml"] = "inputs: lexicons\nlocked: true\n"
    files["lexicons.json"] = Sample.manifest("com.example.note", "com.example.absent")
    var client = try EditorClient(files)
    try client.settle()
    #expect(client.rules(client.uri(Sample.notePath)).contains("lock-modified"))
    #expect(client.rules(client.uri("lexicons.json")).contains("lock-missing"))
    let uri = client.uri("lexicons.json")
    let text = #"{"version": 1, "lexicons": [], "resolutions": {}}"#
    try client.open(uri, text)
    try client.folder.write(text, to: "lexicons.json")
    try client.notify("textDocument/didSave", ["textDocument": ["uri": .string(uri)]])
    try client.settle()
    #expect(!client.rules(client.uri(Sample.notePath)).contains("lock-modified"))
    #expect(client.rules(uri) == [])
  }

  @Test(
    "A configuration that does not fit the documents does not hide their findings",
    arguments: [
      ("include: com.exampel.*", "com.exampel.*"), ("exclude: com.example.*", "no documents"),
      ("baseline: absent.json", "absent.json"), ("baseline: lexgen.yaml", "lexgen.yaml"),
    ]
  )
  func findingsRemain(_ setting: String, _ message: String) throws {
    let path = "lexicons/com/example/a.json"
    var client = try EditorClient([
      path: Self.broken, "lexgen.yaml": "inputs: lexicons\n\(setting)\n",
    ])
    try client.settle()
    #expect(client.rules(client.uri(path)) == Self.brokenRules)
    let shown = client.messages.first { $0["method"] == "window/showMessage" }
    #expect(shown?["params"]?["message"]?.string?.contains(message) == true)
  }

  @Test func baselinesAreReadFromBuffers() throws {
    let path = "lexicons/com/example/a.json"
    let text = """
      {"lexicon": 1, "id": "com.example.a", "defs": {"text": {"type": "string", "enum": ["b"]}}}
      """
    let empty = #"{"baseline": 1, "findings": []}"#
    var client = try EditorClient([
      path: text, "lexgen.yaml": "inputs: lexicons\nbaseline: known.json\n",
    ])
    _ = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["check", "--write-baseline"],
      folder: URL(filePath: client.folder.path)
    )
    let known = try client.folder.text("known.json")
    try client.folder.write(empty, to: "known.json")
    try client.open(client.uri(path), text)
    try client.open(client.uri("known.json"), empty)
    try client.settle()
    #expect(client.rules(client.uri(path)).contains("closed-enum"))
    try client.change(client.uri("known.json"), known)
    try client.settle()
    #expect(client.rules(client.uri(path)) == [])
  }

  @Test func openDocumentsOfARemovedFolderAreCheckedAlone() throws {
    var client = try EditorClient([
      Sample.notePath: Sample.note, "lexgen.yaml": "inputs: lexicons\ninclude: com.other.*\n",
    ])
    let uri = client.uri(Sample.notePath)
    try client.open(uri, Sample.note)
    try client.settle()
    #expect(client.errors(uri).contains("unresolved-reference"))
    let folder: DataValue = ["uri": .string("file://\(client.folder.path)"), "name": "folder"]
    for (key, other) in [("removed", "added"), ("added", "removed")] {
      var event: DataValue = [:]
      event[key] = [folder]
      event[other] = []
      try client.notify("workspace/didChangeWorkspaceFolders", ["event": event])
      try client.settle()
      #expect(client.errors(uri).isEmpty == (key == "removed"))
    }
    #expect(client.messages.count { $0["method"] == "window/showMessage" } == 2)
  }

  @Test(arguments: ["package.json", "schemas/other.yaml", "lexicons-old/a.json"])
  func otherFilesDoNotMatter(_ path: String) throws {
    var client = try EditorClient(Sample.files)
    let uri = client.uri(path)
    try client.open(uri, "{}")
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) == [])
    // If the project were read again, this would be found.
    try client.folder.remove(Sample.defsPath)
    try client.change(uri, "{\"a\": 1}")
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) == [])
    try client.close(uri)
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) == [])
  }

  @Test(
    arguments: [
      "lexgen.yaml", "lexicons.json", "known.json", Sample.notePath, "lexicons/com/other/new.json",
      "other/com/other/new.json", "imported/com/more/new.json", "lexicons", "lexicons/com",
    ]
  )
  func filesOfTheProjectMatter(_ path: String) throws {
    var client = try EditorClient(
      Sample.files.merging([
        "lexgen.yaml": """
        inputs: ./lexicons
        references: other
        imports: {com.more: {module: More, lexicons: imported}}
        baseline: known.json

        """,
        "known.json": #"{"baseline": 1, "findings": []}"#,
        "other/com/other/a.json": Sample.note
          .replacing("com.example.note", with: "com.other.a"),
        "imported/com/more/a.json": Sample.note.replacing("com.example.note", with: "com.more.a"),
      ]) { $1 }
    )
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) == [])
    try client.folder.remove(Sample.defsPath)
    try client.notify(
      "workspace/didChangeWatchedFiles",
      ["changes": [["uri": .string(client.uri(path)), "type": 2]]]
    )
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) != [])
  }

  @Test func buffersOfNewFilesBelongToTheProject() throws {
    var client = try EditorClient([Sample.notePath: Sample.note])
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) != [])
    try client.open(client.uri(Sample.defsPath), Sample.defs)
    try client.settle()
    #expect(client.errors(client.uri(Sample.notePath)) == [])
  }
}
