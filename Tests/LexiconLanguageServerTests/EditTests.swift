import ATProtoData
import Foundation
import LexiconLanguageServer
import TestSupport
import Testing

struct EditTests {
  private static let path = "lexicons/com/example/a.json"

  private func edits(_ result: DataValue?, _ uri: String) -> [DataValue] {
    result?["changes"]?[uri]?.array ?? []
  }

  private func actions(
    _ client: inout EditorClient,
    _ path: String,
    only: [DataValue]? = nil
  ) throws -> [DataValue] {
    var context: DataValue = ["diagnostics": []]
    if let only { context["only"] = .array(only) }
    let result = try client.request(
      "textDocument/codeAction",
      [
        "textDocument": ["uri": .string(client.uri(path))], "context": context,
        "range": ["start": ["line": 0, "character": 0], "end": ["line": 999, "character": 0]],
      ]
    )
    return try #require(result.array)
  }

  // MARK: - Quick fixes

  private static let fixable = """
    {
      "lexicon": 1,
      "id": "com.example.a",
      "defs": {
        "main": {
          "type": "object",
          "description": "A.",
          "required": ["a", "a"],
          "properties": {
            "a": { "type": "integer", "maximum": 3.0 }
          }
        }
      }
    }

    """

  @Test func fixesEqualTheEditsOfCheck() throws {
    var client = try EditorClient([Self.path: Self.fixable])
    let check = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["check", "lexicons", "--format", "json"],
      folder: URL(filePath: client.folder.path)
    )
    let findings = try #require(try DataValue(json: Array(check.output))["findings"]?.array)
    let expected = findings.compactMap { finding in
      finding["edits"].map { (finding["rule"]?.string ?? "", $0.array ?? []) }
    }
    #expect(!expected.isEmpty)
    let found = try actions(&client, Self.path)
    #expect(found.map { $0["kind"] } == expected.map { _ in "quickfix" })
    for (action, (rule, edits)) in zip(found, expected) {
      #expect(action["diagnostics"]?[0]?["code"]?.string == rule)
      let changed = try Marked.apply(
        self.edits(action["edit"], client.uri(Self.path)),
        to: Self.fixable
      )
      var bytes = Array(Self.fixable.utf8)
      for edit in edits.reversed() {
        let start = try #require(edit["start"]?.integer)
        let end = try #require(edit["end"]?.integer)
        bytes.replaceSubrange(start..<end, with: Array((edit["text"]?.string ?? "").utf8))
      }
      #expect(changed == String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test(arguments: [false, true])
  func fixAllEqualsFix(_ hasBaseline: Bool) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.fixable, to: Self.path)
    if hasBaseline {
      try folder.write("inputs: lexicons\nbaseline: known.json\n", to: "lexgen.yaml")
      _ = try ChildProcess(
        try ChildProcess.built("lexgen"),
        ["check", "--write-baseline"],
        folder: URL(filePath: folder.path)
      )
      #expect(try folder.text("known.json").contains("rule"))
    }
    var client = try EditorClient(folder: folder)
    let action = try #require(
      try actions(&client, Self.path, only: ["source.fixAll"]).first
    )
    #expect(action["kind"] == "source.fixAll")
    let changed = try Marked.apply(
      edits(action["edit"], client.uri(Self.path)),
      to: Self.fixable
    )
    _ = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["check", "--fix"] + (hasBaseline ? [] : ["lexicons"]),
      folder: URL(filePath: client.folder.path)
    )
    #expect(changed == (try client.folder.text(Self.path)))
    #expect(changed != Self.fixable)
    #expect(try actions(&client, Self.path).allSatisfy { $0["kind"] == "quickfix" })
  }

  @Test(
    arguments: [
      (Sample.notePath, #""type": "string""#, #""type": "strng""#),
      (Sample.notePath, #""maxGraphemes""#, #""maxGraphmes""#),
      (Sample.notePath, ##""ref": "#item""##, ##""ref": "#itme""##),
      (Sample.notePath, #""com.example.defs#person""#, #""com.example.dfs#person""#),
      (Sample.defsPath, #""format": "did""#, #""format": "didd""#),
      (Sample.listPath, "type: query", "type: qery"),
      (Sample.listPath, "note#item", "note#itm"),
    ]
  )
  func suggestionsReplaceTheToken(_ path: String, _ right: String, _ wrong: String) throws {
    let whole = try #require(Sample.files[path])
    let broken = whole.replacing(right, with: wrong, maxReplacements: 1)
    var files = Sample.files
    files[path] = broken
    var client = try EditorClient(files)
    let found = try actions(&client, path)
    let changed = try found.map {
      try Marked.apply(edits($0["edit"], client.uri(path)), to: broken)
    }
    #expect(changed.contains(whole), "\(found)")
  }

  // MARK: - Rename

  @Test func aRenameChangesAllReferencesAndNothingElse() throws {
    var client = try EditorClient(Sample.files)
    let text = Sample.note.replacing("\"#item\"", with: "\"#it¦em\"")
    let params = try client.params(at: text, in: Sample.notePath, ["newName": "entry"])
    let prepared = try client.request("textDocument/prepareRename", params)
    #expect(Marked.text(prepared["range"], in: Sample.note) == "item")
    #expect(prepared["placeholder"] == "item")
    let result = try client.request("textDocument/rename", params)
    for (path, text) in Sample.files {
      let changed = try Marked.apply(edits(result, client.uri(path)), to: text)
      let expected = text.replacing("#item\"", with: "#entry\"")
        .replacing("note#item}", with: "note#entry}")
        .replacing(
          "    \"item\": {\n      \"type\": \"object\"",
          with: "    \"entry\": {\n      \"type\": \"object\""
        )
      #expect(changed == expected)
    }
  }

  @Test(
    arguments: [
      ("\"ma¦in\": {", "entry"), ("\"it¦em\": {\n      \"type\"", "main"),
      ("\"it¦em\": {\n      \"type\"", ""), ("\"it¦em\": {\n      \"type\"", "a b"),
      ("\"it¦em\": {\n      \"type\"", "a#b"), ("\"it¦em\": {\n      \"type\"", "1a"),
      ("\"it¦em\": {\n      \"type\"", "taken"), ("\"te¦xt\": {", "entry"),
      ("\"descr¦iption\": \"A note.\"", "entry"),
    ]
  )
  func badNamesAreRefused(_ marked: String, _ name: String) throws {
    var client = try EditorClient(Sample.files)
    let text = Sample.note.replacing(marked.replacing("¦", with: ""), with: marked)
      .replacing(
        "  \"defs\": {\n",
        with: "  \"defs\": {\n    \"taken\": { \"type\": \"token\" },\n"
      )
    let params = try client.params(at: text, in: Sample.notePath, ["newName": .string(name)])
    #expect(try client.failure("textDocument/rename", params) == -32602)
  }

  /// A client with a project whose documents do not all belong to it, and the answer to a request to
  /// rename a definition of `com.example.note`.
  private func renamed(_ files: [String: String]) throws -> DataValue {
    var client = try EditorClient(files)
    let text = Sample.note.replacing("\"#item\"", with: "\"#it¦em\"")
    let params = try client.params(at: text, in: Sample.notePath, ["newName": "entry"])
    return try client.answer("textDocument/rename", params)
  }

  @Test(
    "A rename that would change a document of others is refused",
    arguments: [
      (
        "other/com/other/list.yaml",
        "inputs: lexicons\nreferences: other\n"
      ),
      (
        "imported/com/other/list.yaml",
        "inputs: lexicons\nimports: {com.other: {module: Other, lexicons: imported}}\n"
      ),
    ]
  )
  func renamesLeaveDocumentsOfOthersAlone(_ path: String, _ configuration: String) throws {
    let answer = try renamed([
      Sample.notePath: Sample.note,
      path: Sample.list.replacing("com.example.list", with: "com.other.list"),
      "lexgen.yaml": configuration,
    ])
    #expect(answer["result"] == nil)
    #expect(answer["error"]?["code"] == -32803)
    #expect(answer["error"]?["message"]?.string?.contains(path) == true)
  }

  @Test(arguments: [("com.example.note", Sample.notePath), ("com.example.defs", Sample.defsPath)])
  func renamesLeaveInstalledDocumentsAlone(_ nsid: String, _ path: String) throws {
    var files = Sample.files
    files["lexgen.yaml"] = "inputs: lexicons\n"
    files["lexicons.json"] = Sample.manifest(nsid)
    let answer = try renamed(files)
    #expect(answer["result"] == nil)
    #expect(answer["error"]?["code"] == -32803)
    #expect(answer["error"]?["message"]?.string?.contains(path) == true)
  }

  @Test func renamesReadFilesThatAreNotOpenAgain() throws {
    var client = try EditorClient(Sample.files)
    try client.settle()
    let defs = "\n\n" + Sample.defs
    let more = Sample.list.replacing("com.example.list", with: "com.example.more")
    try client.folder.write(defs, to: Sample.defsPath)
    try client.folder.write(more, to: "lexicons/com/example/more.yaml")
    let text = Sample.note.replacing("\"#item\"", with: "\"#it¦em\"")
    let result = try client.request(
      "textDocument/rename",
      at: text,
      in: Sample.notePath,
      ["newName": "entry"]
    )
    let changed = try Marked.apply(edits(result, client.uri(Sample.defsPath)), to: defs)
    #expect(changed == defs.replacing("note#item\"", with: "note#entry\""))
    #expect(edits(result, client.uri("lexicons/com/example/more.yaml")).count == 1)
  }

  @Test func theManifestIsBesideTheFolderOfDocuments() throws {
    var files = Sample.files
    files["lexicons.json"] = Sample.manifest("com.example.note")
    // The directory of the process has no relation to the project, which has no configuration.
    let answer = try renamed(files)
    #expect(answer["error"]?["code"] == -32803)
  }

  @Test func editsNameTheVersionsOfOpenDocuments() throws {
    let folder = try TemporaryFolder()
    var client = try EditorClient(
      folder: folder,
      Sample.files,
      capabilities: ["workspace": ["workspaceEdit": ["documentChanges": true]]]
    )
    let text = Sample.note.replacing("\"#item\"", with: "\"#it¦em\"")
    let result = try client.request(
      "textDocument/rename",
      at: text,
      in: Sample.notePath,
      ["newName": "entry"]
    )
    let versions = (result["documentChanges"]?.array ?? []).map { $0["textDocument"]?["version"] }
    #expect(versions == [.null, .null, 1])
  }

  // MARK: - Formatting

  private func formatted(_ path: String, _ text: String) throws -> [DataValue] {
    var client = try EditorClient(Sample.files)
    try client.open(client.uri(path), text, language: path.hasSuffix("json") ? "json" : "yaml")
    let result = try client.request(
      "textDocument/formatting",
      [
        "textDocument": ["uri": .string(client.uri(path))],
        "options": ["tabSize": 8, "insertSpaces": false],
      ]
    )
    return try #require(result.array)
  }

  @Test func formattingEqualsFormat() throws {
    let text = """
      {"defs": {"main": {"description": "A.",   "type": "token"}},
        "id": "com.example.a", "lexicon": 1}
      """
    let changed = try Marked.apply(try formatted(Self.path, text), to: text)
    let folder = try TemporaryFolder()
    try folder.write(text, to: "a.json")
    let format = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["format", "a.json"],
      folder: URL(filePath: folder.path)
    )
    #expect(format.status == 0)
    #expect(changed == (try folder.text("a.json")))
    #expect(try formatted(Self.path, changed) == [])
  }

  @Test(
    "References, imported documents, and installed documents are neither formatted nor corrected",
    arguments: [
      "other/com/other/a.json", "imported/com/more/a.json", "lexicons/com/example/a.json",
    ]
  )
  func documentsOfOthersStayAsTheyAre(_ path: String) throws {
    let nsid = path.split(separator: "/").dropFirst().joined(separator: ".").dropLast(5)
    let text = #"{"lexicon": 1,   "id": "\#(nsid)", "defs": {"main": {"type": "tokn"}}}"#
    var files = [
      "lexgen.yaml": """
      inputs: lexicons
      references: other
      imports: {com.more: {module: More, lexicons: imported}}

      """,
      "lexicons.json": Sample.manifest("com.example.a"), Sample.notePath: Sample.note,
      "lexicons/com/example/a.json": "{}",
    ]
    files[path] = text
    var client = try EditorClient(files)
    try client.open(client.uri(path), text)
    let params: DataValue = [
      "textDocument": ["uri": .string(client.uri(path))],
      "options": ["tabSize": 8, "insertSpaces": false],
    ]
    #expect(try client.request("textDocument/formatting", params) == [])
    #expect(try actions(&client, path) == [])
    try client.open(client.uri("else.json"), text)
    #expect(try actions(&client, "else.json") != [])
  }

  @Test(
    arguments: [
      (Sample.listPath, Sample.list.replacing("type: query", with: "type:   query")),
      (path, "{\"lexicon\": 1,  \"defs\": "), ("package.json", "{\"a\":   1}"),
    ]
  )
  func otherDocumentsAreNotFormatted(_ path: String, _ text: String) throws {
    #expect(try formatted(path, text) == [])
  }
}
