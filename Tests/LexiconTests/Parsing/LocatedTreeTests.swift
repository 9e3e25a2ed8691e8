import Lexicon
import Testing

@Suite("Located tree of JSON and YAML")
struct LocatedTreeTests {
  static let json = """
    {"lexicon": 1, "id": "com.example.all", "description": "Every kind of definition.",
     "defs": {
      "main": {"type": "record", "key": "literal:self", "description": "A \\"quoted\\" text.",
       "record": {"type": "object", "required": ["text", "items"], "nullable": ["when"],
        "properties": {
         "text": {"type": "string", "maxLength": 3000, "maxGraphemes": 300, "minLength": 1},
         "items": {"type": "array", "maxLength": 5, "items": {"type": "ref", "ref": "#item"}},
         "when": {"type": "string", "format": "datetime"},
         "flag": {"type": "boolean", "default": false},
         "count": {"type": "integer", "minimum": -5, "maximum": 5, "enum": [-5, 0, 5]},
         "state": {"type": "string", "knownValues": ["on", "off", "true", "1"]},
         "data": {"type": "bytes", "maxLength": 10}, "link": {"type": "cid-link"},
         "image": {"type": "blob", "accept": ["image/*"], "maxSize": 1000000},
         "any": {"type": "unknown"},
         "pick": {"type": "union", "refs": ["#item", "com.example.all"], "closed": true}}}},
      "item": {"type": "object", "properties": {"true": {"type": "boolean", "const": true}}},
      "sign": {"type": "token", "description": "A sign.\\nIn two lines."}}}
    """

  static let yaml = """
    # The same document.
    lexicon: 1
    id: com.example.all
    description: Every kind of definition.
    defs:
      main:
        type: record
        key: "literal:self"
        description: 'A "quoted" text.'
        record:
          type: object
          required: [text, items]
          nullable:
            - when
          properties:
            text: {type: string, maxLength: 3000, maxGraphemes: 300, minLength: 1}
            items:
              type: array
              maxLength: 5
              items: {type: ref, ref: "#item"}
            when: {type: string, format: datetime}
            flag: {type: boolean, default: false}
            count: {type: integer, minimum: -5, maximum: 0x5, enum: [-5, 0, +5]}
            state: {type: string, knownValues: [on, off, 'true', "1"]}
            data: {type: bytes, maxLength: 10}
            link: {type: cid-link}
            image: {type: blob, accept: ["image/*"], maxSize: 1000000}
            any: {type: unknown}
            pick: {type: union, refs: ["#item", com.example.all], closed: true}
      item:
        type: object
        properties:
          true: {type: boolean, const: true}
      sign:
        type: token
        description: |-
          A sign.
          In two lines.
    """

  @Test("The same document in JSON and YAML parses to the same value")
  func formatsAgree() throws {
    let json = CheckedCatalog.check([SourceFile(path: "a.json", bytes: Array(Self.json.utf8))])
    #expect(json.diagnostics == [])
    for path in ["a.yaml", "a.yml", "a.YAML"] {
      let yaml = CheckedCatalog.check([SourceFile(path: path, bytes: Array(Self.yaml.utf8))])
      #expect(yaml.diagnostics == [])
      #expect(yaml.catalog.documents == json.catalog.documents)
    }
    #expect(
      json.catalog.documents.first?.definitions.map(\.name.value) == ["main", "item", "sign"]
    )
  }

  @Test("Locations are correct in YAML with Windows line breaks and non-ASCII text")
  func yamlLocationsAreCorrect() {
    let text =
      "lexicon: 1\r\nid: com.example.a # 日本\r\ndefs:\r\n  é: {type: token, größe: 1, x: 2}\r\n"
    let result = LexiconDocument.parse(SourceFile(path: "a.yaml", bytes: Array(text.utf8)))
    #expect(result.diagnostics.map { "\($0.location)" } == ["a.yaml:4:20", "a.yaml:4:30"])
    #expect(result.document?.definitions.first?.name.value == "é")
  }

  @Test(
    "A plain scalar has the type of the YAML 1.2 core schema",
    arguments: [
      ("~", "null"), ("null", "null"), ("Null", "null"), ("", "null"), ("nULL", "a string"),
      ("true", "a boolean"), ("FALSE", "a boolean"), ("yes", "a string"), ("on", "a string"),
      ("0", "an integer"), ("-12", "an integer"), ("+3", "an integer"), ("0o17", "an integer"),
      ("0x1F", "an integer"), ("017", "an integer"), ("0b1", "a string"), ("1_000", "a string"),
      ("12:30", "a string"), ("1.", "the number 1."), (".5", "the number .5"),
      ("-1.5e+3", "the number -1.5e+3"), ("1e3", "the number 1e3"), (".inf", "the number .inf"),
      ("-.Inf", "the number -.Inf"), (".nan", "the number .nan"), (".", "a string"),
      ("-", "an array"), ("1e", "a string"), ("0x", "a string"), ("2001-12-14", "a string"),
      ("\"1\"", "a string"), ("'true'", "a string"), ("9223372036854775807", "an integer"),
      ("9223372036854775808", "an integer of more than 64 bits"),
      ("0xFFFFFFFFFFFFFFFF", "an integer of more than 64 bits"),
    ]
  )
  func plainScalarHasType(_ text: String, _ kind: String) {
    let file = SourceFile(path: "a.yaml", bytes: Array("a: \(text)\n".utf8))
    let tree = LocatedTree.read(file, as: .yaml)
    // "a: -" begins a sequence where YAML does not allow one.
    guard kind != "an array" else {
      #expect(tree.diagnostics.map(\.rule) == ["yaml-syntax"])
      return
    }
    #expect(tree.root?["a"]?.kindName == kind)
  }

  @Test("JSON numbers and escape sequences are parsed")
  func jsonScalarsAreParsed() {
    let text = #"[0, -0, -9223372036854775808, 1.50, "\u00e9\ud83d\ude00\/\b\f\n\r\t\\\"", true]"#
    let tree = LocatedTree.read(SourceFile(path: "a.json", bytes: Array(text.utf8)), as: .json)
    guard case .array(let values) = tree.root?.kind else {
      Issue.record("not an array")
      return
    }
    #expect(tree.diagnostics == [])
    #expect(
      values.map { "\($0.kind)" } == [
        "integer(0)", "integer(0)", "integer(-9223372036854775808)", "number(\"1.50\")",
        "string(\"é😀/\\u{08}\\u{0C}\\n\\r\\t\\\\\\\"\")", "boolean(true)",
      ]
    )
    #expect(values.map(\.range.lowerBound) == [1, 4, 8, 30, 36, 74])
  }
}
