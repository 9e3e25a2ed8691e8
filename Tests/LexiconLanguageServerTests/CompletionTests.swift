import ATProtoData
import LexiconLanguageServer
import TestSupport
import Testing

struct CompletionTests {
  private static let path = "lexicons/com/example/a.json"
  private static let yaml = "lexicons/com/example/a.yaml"

  /// A document with one definition in JSON, on several lines.
  private static func document(_ definition: String) -> String {
    """
    {
      "lexicon": 1,
      "id": "com.example.a",
      "defs": {
        "main": \(definition),
        "thing": { "type": "object", "properties": {} },
        "sign": { "type": "token" }
      }
    }
    """
  }

  private func items(_ marked: String, in path: String = Self.path) throws -> [DataValue] {
    var client = try EditorClient(Sample.files)
    let list = try client.request("textDocument/completion", at: marked, in: path)
    #expect(list["isIncomplete"] == false)
    return try #require(list["items"]?.array)
  }

  private func labels(_ marked: String, in path: String = Self.path) throws -> [String] {
    try items(marked, in: path).compactMap { $0["label"]?.string }
  }

  /// The text after the item with a label was chosen.
  private func chosen(
    _ label: String,
    _ marked: String,
    in path: String = Self.path
  ) throws -> String {
    let item = try #require(try items(marked, in: path).first { $0["label"]?.string == label })
    let edit = try #require(item["textEdit"])
    #expect(edit["range"]?["start"]?["line"] == edit["range"]?["end"]?["line"])
    return try Marked.apply([edit], to: try Marked.split(marked).text)
  }

  // MARK: - Values

  @Test func onlyAllowedTargetsAreOffered() throws {
    let ref = Self.document(
      #"{ "type": "object", "properties": { "a": { "type": "ref", "ref": "¦" } } }"#
    )
    let targets = try labels(ref)
    #expect(targets.contains("#thing"))
    #expect(targets.contains("com.example.defs#person"))
    #expect(targets.contains("com.example.note"))
    #expect(!targets.contains("com.example.list"), "a query")
    #expect(!targets.contains("#sign"), "a token")
    #expect(!targets.contains("com.example.defs#happy"), "a token")

    let refs = Self.document(
      ##"{ "type": "object", "properties": { "a": { "type": "union", "refs": ["#thing", "¦"] } } }"##
    )
    #expect(try labels(refs).contains("com.example.note#item"))
    #expect(!(try labels(refs).contains("#thing")), "listed")

    let values = Self.document(#"{ "type": "string", "knownValues": ["¦"] }"#)
    #expect(try labels(values).sorted() == ["com.example.a#sign", "com.example.defs#happy"])
  }

  @Test func permissionsOfferRecordsAndMethods() throws {
    func set(_ fields: String) -> String {
      Self.document(
        #"{ "type": "permission-set", "permissions": [{ "type": "permission", \#(fields) }] }"#
      )
    }
    #expect(try labels(set(#""resource": "repo", "collection": ["¦"]"#)) == ["com.example.note"])
    #expect(try labels(set(#""resource": "rpc", "lxm": ["¦"]"#)) == ["com.example.list"])
    #expect(try labels(set(#""resource": "¦""#)) == ["repo", "rpc"])
    #expect(try labels(set(#""action": ["create", "¦"]"#)) == ["update", "delete"])
  }

  @Test(
    arguments: [
      (#"{ "type": "¦" }"#, ["record", "query", "object", "token"], ["ref", "unknown"]),
      (#"{ "type": "string", "format": "¦" }"#, ["datetime", "at-uri", "did"], ["string"]),
      (#"{ "type": "record", "key": "¦" }"#, ["tid", "any", "literal:self"], []),
      (#"{ "type": "query", "output": { "encoding": "¦" } }"#, ["application/json"], []),
      (
        #"{ "type": "query", "output": { "encoding": "a", "schema": { "type": "¦" } } }"#,
        ["object", "ref", "union"], ["string"]
      ),
      (
        #"{ "type": "object", "required": ["a", "¦"], "properties": { "a": {}, "b": {} } }"#, ["b"],
        ["a"]
      ),
      (
        #"{ "type": "object", "properties": { "a": { "type": "¦" } } }"#,
        ["ref", "unknown", "blob"], ["record", "token"]
      ),
      (
        #"{ "type": "query", "parameters": { "type": "params", "properties": { "a": { "type": "¦" } } } }"#,
        ["array", "string"], ["object", "ref"]
      ),
    ]
  )
  func valuesFitTheirKey(_ definition: String, _ offered: [String], _ others: [String]) throws {
    let found = try labels(Self.document(definition))
    for label in offered { #expect(found.contains(label), "\(found)") }
    for label in others { #expect(!found.contains(label), "\(found)") }
  }

  @Test(
    arguments: [
      #"{ "type": "object", "description": "¦" }"#,
      #"{ "type": "object", "description": "See com.example.¦" }"#,
      #"{ "type": "object", "properties": { "¦": {} } }"#,
      #"{ "type": "string", "enum": ["¦"] }"#, #"{ "type": "string", "maxLength": ¦ }"#,
    ]
  )
  func nothingIsOfferedWhereTheAuthorChooses(_ definition: String) throws {
    #expect(try labels(Self.document(definition)) == [])
  }

  @Test func otherJSONIsNotCompleted() throws {
    #expect(try labels("{ \"¦\" }", in: "package.json") == [])
    #expect(try labels("{ \"lexicon\": 1, \"¦\" }", in: "other.json").contains("defs"))
  }

  // MARK: - Keys

  @Test func keysAreThoseOfTheTypeThatAreAbsent() throws {
    let found = try labels(Self.document(#"{ "type": "string", "maxLength": 3, "¦" }"#))
    #expect(found.contains("maxGraphemes"))
    #expect(found.contains("knownValues"))
    #expect(!found.contains("maxLength"), "present")
    #expect(!found.contains("type"), "present")
    #expect(!found.contains("properties"), "not of a string")
    let after = try labels(Self.document(#"{ "¦", "type": "string", "maxLength": 3 }"#))
    #expect(!after.contains("maxLength"), "present")
    #expect(after.contains("minLength"))
  }

  // MARK: - Edits

  @Test(
    arguments: [
      ("#thing", #""ref": "¦""#, ##""ref": "#thing""##),
      ("#thing", ##""ref": "#th¦""##, ##""ref": "#thing""##),
      ("#thing", ##""ref": "#th¦ing""##, ##""ref": "#thing""##),
      ("#thing", #""ref": "#, ##""ref": "#thing""##),
      ("#thing", #""ref":¦"#, ##""ref": "#thing""##),
      ("#thing", ##""ref": "#th¦"##, ##""ref": "#thing""##),
      ("#thing", ##""ref": "#th¦, "description": "x""##, ##""ref": "#thing", "description": "x""##),
      ("com.example.note", #""ref": "com.exa¦"#, #""ref": "com.example.note""#),
      ("description", #""¦""#, #""description": "#),
      ("description", #""des¦""#, #""description": "#),
      ("description", #""des¦"#, #""description": "#),
      ("description", #""des¦": "x""#, #""description": "x""#),
      ("description", "¦", #""description": "#),
    ]
  )
  func quotesStayBalanced(_ label: String, _ marked: String, _ expected: String) throws {
    let mark = marked.contains("¦") ? marked : marked + "¦"
    func document(_ part: String) -> String {
      Self.document(
        """
        {
              "type": "object",
              "properties": {
                "a": {
                  "type": "ref",
                  \(part)
                }
              }
            }
        """
      )
    }
    #expect(try chosen(label, document(mark)) == document(expected))
  }

  @Test func filterTextBeginsAsWhatIsTyped() throws {
    let marked = Self.document(
      ##"{ "type": "object", "properties": { "a": { "type": "ref", "ref": "#t¦" } } }"##
    )
    let (text, position) = try Marked.split(marked)
    let found = try items(marked).filter { $0["label"]?.string?.hasPrefix("#t") == true }
    #expect(!found.isEmpty)
    for item in found {
      var range: DataValue = [:]
      range["start"] = item["textEdit"]?["range"]?["start"]
      range["end"] = position
      let typed = try #require(Marked.text(range, in: text))
      #expect(item["filterText"]?.string?.hasPrefix(typed) == true)
    }
  }

  @Test(
    arguments: [
      "{ \"lexicon\": 1, \"defs\": { \"main\": { \"type\": \"array\", \"items\": { \"type\": \"ref\", \"ref\": \"¦",
      "{\"defs\": {\"main\": {\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"ref\", \"ref\": \"com.¦",
      "{\"defs\": {\"main\": {\"type\": \"array\", \"items\": {\"type\": \"union\", \"refs\": [\"¦",
      "{\"defs\": {\"main\": {\"type\": \"object\", \"properties\": {\"a\": {\"ref\": \"¦\n\"b\": {}",
    ]
  )
  func brokenTextCompletes(_ marked: String) throws {
    #expect(try labels(marked).contains("com.example.note#item"))
  }

  @Test func longListsAreCompletedWhileTyping() throws {
    var client = try EditorClient()
    let definitions = (0..<600).map { "\"d\($0)\": {\"type\": \"object\", \"properties\": {}}" }
    let text = """
      {"lexicon": 1, "id": "com.example.a", "defs": {\(definitions.joined(separator: ", ")),
      "main": {"type": "array", "items": {"type": "ref", "ref": "#¦"}}}}
      """
    let all = try client.request("textDocument/completion", at: text, in: Self.path)
    #expect(all["isIncomplete"] == true)
    #expect(all["items"]?.array?.count == 500)
    let typed = text.replacing("#¦", with: "#d59¦")
    let some = try client.request("textDocument/completion", at: typed, in: Self.path)
    #expect(some["items"]?.array?.compactMap { $0["label"]?.string }.contains("#d599") == true)
  }

  // MARK: - YAML

  private static func yaml(_ lines: String) -> String {
    "lexicon: 1\nid: com.example.a\ndefs:\n  thing:\n    type: object\n    properties: {}\n  main:\n"
      + lines
  }

  @Test(
    arguments: [
      (
        "com.example.note#item", "    type: array\n    items:\n      type: ref\n      ref: ¦",
        "com.example.note#item"
      ),
      ("#thing", "    type: array\n    items:\n      type: ref\n      ref: ¦", "\"#thing\""),
      ("#thing", "    type: array\n    items:\n      type: ref\n      ref: #th¦", "\"#thing\""),
      ("#thing", "    type: array\n    items: {type: ref, ref: \"#th¦\"}", "\"#thing\""),
      (
        "com.example.note",
        "    type: array\n    items:\n      type: union\n      refs:\n        - com¦",
        "com.example.note"
      ),
      (
        "com.example.note",
        "    type: array\n    items:\n      type: union\n      refs:\n        - ¦\n",
        "com.example.note"
      ),
      ("string", "    type: ¦", "type: string"), ("string", "    type: str¦", "type: string"),
      ("maxLength", "    type: string\n    ¦", "    maxLength: "),
      ("maxLength", "    type: string\n    max¦\n", "    maxLength: "),
      (
        "knownValues",
        "    type: object\n    properties:\n      a:\n        type: string\n        ¦\n      b: {}\n",
        "        knownValues: "
      ),
    ]
  )
  func yamlIsCompletedByIndentation(_ label: String, _ lines: String, _ part: String) throws {
    let marked = Self.yaml(lines)
    let text = try chosen(label, marked, in: Self.yaml)
    #expect(text.contains(part), "\(text)")
    #expect(!text.contains("#th\n") && !text.contains("comcom"))
  }

  @Test(
    arguments: [
      "    type: object\n    description: ¦", "    type: object\n    properties:\n      ¦",
      "    type: object\n    description: |\n      See com.¦",
    ]
  )
  func nothingIsOfferedInYAMLWhereTheAuthorChooses(_ lines: String) throws {
    #expect(try labels(Self.yaml(lines), in: Self.yaml) == [])
  }
}
