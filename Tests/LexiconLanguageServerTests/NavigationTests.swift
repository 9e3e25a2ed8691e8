import ATProtoData
import LexiconLanguageServer
import TestSupport
import Testing

struct NavigationTests {
  /// The places that a location or a list of locations names: `note.json:"item"`.
  private func places(_ result: DataValue) throws -> [String] {
    try (result.array ?? (result.isNull ? [] : [result])).map { location in
      let uri = try #require(location["uri"]?.string)
      let path = try #require(Sample.files.keys.first { uri.hasSuffix("/\($0)") })
      let text = try #require(Sample.files[path])
      let name = try #require(path.split(separator: "/").last)
      let line = try #require(location["range"]?["start"]?["line"]?.integer)
      return "\(name):\(line + 1):\(try #require(Marked.text(location["range"], in: text)))"
    }
  }

  @Test(
    arguments: [
      (Sample.notePath, ##""ref": "#it¦em""##, ["note.json:30:\"item\""]),
      (Sample.notePath, #""ref": "¦com.example.defs#person""#, ["defs.json:6:\"person\""]),
      (Sample.notePath, #""com.example.defs#happy¦", "other""#, ["defs.json:5:\"happy\""]),
      (Sample.notePath, #"["text", "it¦em"]"#, ["note.json:20:\"item\""]),
      (Sample.defsPath, #""com.example.note#item", "com.exa¦mple.note""#, ["note.json:6:\"main\""]),
      (Sample.defsPath, #""required": ["d¦id"]"#, ["defs.json:11:\"did\""]),
      (Sample.listPath, "ref: com.example.note#i¦tem", ["note.json:30:\"item\""]),
      (Sample.notePath, #""description": "A no¦te of"#, []),
      (Sample.notePath, #""knownValues": ["com.example.defs#happy", "oth¦er"]"#, []),
      (Sample.notePath, #""id": "com.exam¦ple.note""#, []),
      (Sample.notePath, #""ty¦pe": "record""#, []),
    ]
  )
  func namesLeadToDefinitions(_ path: String, _ marked: String, _ expected: [String]) throws {
    var client = try EditorClient(Sample.files)
    let text = try #require(Sample.files[path]).replacing(
      marked.replacing("¦", with: ""),
      with: marked,
      maxReplacements: 1
    )
    let result = try client.request("textDocument/definition", at: text, in: path)
    #expect(try places(result) == expected)
  }

  @Test func documentsWithoutAFileAreNotConfused() throws {
    var client = try EditorClient()
    var positions: [String: DataValue] = [:]
    for name in ["a", "b", "c"] {
      let uri = "untitled:/\(name)/note"
      let marked = """
        {"lexicon": 1, "id": "com.example.note", "defs": {
          "\(name)": {"type": "token"}, "main": {"type": "ref", "ref": "#¦\(name)"}}}
        """
      let (text, position) = try Marked.split(marked)
      try client.open(uri, text)
      positions[uri] = position
    }
    for (uri, position) in positions {
      let params: DataValue = [
        "textDocument": ["uri": .string(uri)], "position": position, "newName": "entry",
      ]
      let location = try client.request("textDocument/definition", params)
      #expect(location["uri"] == .string(uri))
      let edit = try client.request("textDocument/rename", params)
      #expect(edit["changes"]?[uri]?.array?.count == 2)
    }
  }

  @Test(arguments: ["com.example.note", "com.example.note#main", "#main"])
  func mainAndTheNSIDAreOne(_ reference: String) throws {
    var client = try EditorClient(Sample.files)
    let text = Sample.note.replacing("\"#item\"", with: "\"¦\(reference)\"")
    let params = try client.params(at: text, in: Sample.notePath)
    let location = try client.request("textDocument/definition", params)
    #expect(location["range"]?["start"] == ["line": 5, "character": 4])
    let references = try client.request("textDocument/references", params)
    #expect(references.array?.count == 2)
  }

  @Test(
    arguments: [
      (Sample.notePath, ##"    "it¦em": {"##), (Sample.notePath, ##""ref": "#item¦""##),
      (Sample.listPath, "ref: ¦com.example.note#item"),
    ]
  )
  func referencesAreFoundInAllFiles(_ path: String, _ marked: String) throws {
    var client = try EditorClient(Sample.files)
    let whole = try #require(Sample.files[path])
    let plain = marked.replacing("¦", with: "")
    let range = try #require(whole.ranges(of: plain).last)
    let text = whole.replacingCharacters(range, with: marked)
    let params = try client.params(at: text, in: path)
    let expected = [
      "defs.json:16:\"com.example.note#item\"", "list.yaml:13:com.example.note#item",
      "note.json:20:\"#item\"",
    ]
    #expect(try places(try client.request("textDocument/references", params)) == expected)
    var more = params
    more["context"] = ["includeDeclaration": true]
    #expect(
      try places(try client.request("textDocument/references", more))
        == ["note.json:30:\"item\""] + expected
    )
  }

  @Test func permissionsLeadToRecordsAndMethods() throws {
    var client = try EditorClient(Sample.files)
    let set = """
      {"lexicon": 1, "id": "com.example.auth", "defs": {"main": {"type": "permission-set",
      "permissions": [
      {"type": "permission", "resource": "repo", "collection": ["com.example.¦note"]},
      {"type": "permission", "resource": "rpc", "lxm": ["com.example.list"]}]}}}
      """
    let path = "lexicons/com/example/auth.json"
    let record = try client.request("textDocument/definition", at: set, in: path)
    #expect(try places(record) == ["note.json:6:\"main\""])
    let method = set.replacing("¦", with: "").replacing("example.list", with: "example.l¦ist")
    let query = try client.request("textDocument/definition", at: method, in: path)
    #expect(try places(query) == ["list.yaml:4:main"])
  }

  @Test func namesInBrokenDocumentsLeadToDefinitions() throws {
    var client = try EditorClient(Sample.files)
    let text = """
      {"lexicon": 1, "id": "com.example.a", "defs": {"main": {"type": "object", "properties": {
      "a": {"type": "ref", "ref": "com.example.defs#per¦son"}, "b": {"type":
      """
    let path = "lexicons/com/example/a.json"
    let result = try client.request("textDocument/definition", at: text, in: path)
    #expect(try places(result) == ["defs.json:6:\"person\""])
  }

  @Test(
    arguments: [
      (
        #""ref": "com.example.defs#per¦son""#,
        ["com.example.defs#person", "A person.", "did: string (did), required"]
      ),
      (##""ref": "#it¦em""##, ["com.example.note#item", "owner: com.example.defs#person"]),
      (#""ma¦in": {"#, ["com.example.note", "(record)", "Record key: tid"]),
      (#"["te¦xt", "item"]"#, ["text", "at most 300 graphemes", "required"]),
      (#""te¦xt": {"#, ["text", "at most 300 graphemes", "required", "The text of the note."]),
      (#""maxGr¦aphemes": 300"#, ["maxGraphemes", "grapheme clusters"]),
      (#""type": "rec¦ord""#, ["record", "repository"]),
    ]
  )
  func hoversExplain(_ marked: String, _ expected: [String]) throws {
    var client = try EditorClient(Sample.files)
    let text = Sample.note.replacing(
      marked.replacing("¦", with: ""),
      with: marked,
      maxReplacements: 1
    )
    let result = try client.request("textDocument/hover", at: text, in: Sample.notePath)
    let shown = try #require(result["contents"]?["value"]?.string)
    for part in expected { #expect(shown.contains(part), "\(shown)") }
  }

  @Test(
    arguments: [
      ("A note, deprecated.", ["**Deprecated**\n\nA note, deprecated."]),
      ("Deprecated: use [x](y).", ["\n\nDeprecated: use \\[x\\](y)."]),
    ]
  )
  func deprecationIsShownOnce(_ description: String, _ expected: [String]) throws {
    var client = try EditorClient(Sample.files)
    let text = Sample.note.replacing("An item of a note.", with: description)
      .replacing("\"#item\"", with: "\"#¦item\"")
    let result = try client.request("textDocument/hover", at: text, in: Sample.notePath)
    let shown = try #require(result["contents"]?["value"]?.string)
    for part in expected { #expect(shown.contains(part), "\(shown)") }
    #expect(shown.contains("**Deprecated**") == expected[0].contains("**Deprecated**"))
  }

  @Test(
    arguments: [
      ("a *b* `c` <d>", "a \\*b\\* \\`c\\` \\<d\\>"), ("# a", "\\# a"), ("a # b", "a # b"),
      ("a\\n# b\\n- c\\n  + d", "a\n\\# b\n\\- c\n  \\+ d"), ("a & ~b~", "a \\& \\~b\\~"),
    ]
  )
  func textOfTheAuthorIsNotMarkdown(_ description: String, _ expected: String) throws {
    let text = Sample.note.replacing("An item of a note.", with: description)
      .replacing("\"#item\"", with: "\"#¦item\"")
    let clients: [(DataValue, Bool)] = [(EditorClient.capabilities, true), ([:], false)]
    for (capabilities, isMarkdown) in clients {
      var client = try EditorClient(
        folder: try TemporaryFolder(),
        Sample.files,
        capabilities: capabilities
      )
      let result = try client.request("textDocument/hover", at: text, in: Sample.notePath)
      let shown = try #require(result["contents"]?["value"]?.string)
      let plain = description.replacing("\\n", with: "\n")
      #expect(shown.contains(isMarkdown ? expected : plain), "\(shown)")
      #expect(shown.contains("**") == isMarkdown)
      #expect(shown.contains("\n- owner: "))
    }
  }

  @Test func typesOfTheAuthorAreNotMarkdown() throws {
    var client = try EditorClient(Sample.files)
    let text = Sample.note
      .replacing(
        "\"object\",\n      \"description\": \"An item",
        with: "\"<b>\", \"description\": \"An item"
      )
      .replacing("\"#item\"", with: "\"#¦item\"")
    let result = try client.request("textDocument/hover", at: text, in: Sample.notePath)
    let shown = try #require(result["contents"]?["value"]?.string)
    #expect(shown.contains("(\\<b\\>)"), "\(shown)")
  }

  @Test func descriptionsHaveNoHover() throws {
    var client = try EditorClient(Sample.files)
    let text = Sample.note.replacing("A note of", with: "A ¦note of")
    #expect(try client.request("textDocument/hover", at: text, in: Sample.notePath).isNull)
  }

  @Test func symbolsAreATree() throws {
    var client = try EditorClient(Sample.files)
    func names(_ symbols: DataValue?) -> [String] {
      (symbols?.array ?? []).flatMap { symbol in
        [symbol["name"]?.string ?? ""] + names(symbol["children"]).map { "  \($0)" }
      }
    }
    let note = try client.request(
      "textDocument/documentSymbol",
      ["textDocument": ["uri": .string(client.uri(Sample.notePath))]]
    )
    #expect(names(note) == ["main", "  text", "  item", "  mood", "item", "  owner"])
    #expect(note[0]?["detail"] == "record")
    let list = try client.request(
      "textDocument/documentSymbol",
      ["textDocument": ["uri": .string(client.uri(Sample.listPath))]]
    )
    #expect(names(list) == ["main", "  output", "    item"])
  }

  @Test func symbolsAreFlatForOldClients() throws {
    let folder = try TemporaryFolder()
    var client = try EditorClient(folder: folder, Sample.files, capabilities: [:])
    let symbols = try client.request(
      "textDocument/documentSymbol",
      ["textDocument": ["uri": .string(client.uri(Sample.defsPath))]]
    )
    #expect(symbols.array?.map { $0["name"] } == ["happy", "person", "did", "notes"])
    #expect(symbols[2]?["containerName"] == "person")
  }
}

extension String {
  /// The text with another text in place of a range.
  func replacingCharacters(_ range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
