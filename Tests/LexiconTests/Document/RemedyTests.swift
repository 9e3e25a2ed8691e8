import Lexicon
import Testing

/// Frequent mistakes, and what their messages advise.
@Suite("Remedies")
struct RemedyTests {
  private static func messages(_ definitions: String) -> [String] {
    CheckedCatalog.check([CheckedCatalogTests.file("com.example.x", definitions)])
      .diagnostics.map(\.message)
  }

  private static func property(_ schema: String, _ rest: String = "") -> String {
    #""o":{"type":"object","properties":{"p":\#(schema)}\#(rest)},"a":{"type":"object","properties":{}}"#
  }

  @Test(
    "A frequent mistake in a property has a message with its remedy",
    arguments: [
      (
        #"{"type":"integer","nullable":true}"#,
        "'nullable' is not a field of an integer; list the property in the 'nullable' of its object"
      ),
      (
        #"{"type":"integer","required":true}"#,
        "'required' is not a field of an integer; list the property in the 'required' of its object"
      ),
      (
        #"{"type":"integer","optional":true}"#,
        "'optional' is not a field of an integer; a property is optional unless the 'required' of "
          + "its object lists it"
      ),
      (
        #"{"type":"number"}"#,
        "there is no type 'number', because the data model has no floating-point numbers; use "
          + "'integer' (for example, in thousandths) or 'string'"
      ),
      (#"{"type":"int"}"#, "there is no type 'int'; use 'integer'"),
      (#"{"type":"Bool"}"#, "there is no type 'Bool'; use 'boolean'"),
      (#"{"type":"date"}"#, "there is no type 'date'; use 'string' with the 'format' 'datetime'"),
      (
        #"{"type":"datetime"}"#,
        "'datetime' is a string format, not a type; use 'string' with the 'format' 'datetime'"
      ),
      (
        #"{"type":"at-uri"}"#,
        "'at-uri' is a string format, not a type; use 'string' with the 'format' 'at-uri'"
      ),
      (#"{"type":"url"}"#, "there is no type 'url'; use 'string' with the 'format' 'uri'"),
      (#"{"type":"any"}"#, "there is no type 'any'; use 'unknown'"),
      (#"{"type":"enum"}"#, "there is no type 'enum'; use 'string' with 'knownValues'"),
      (#"{"type":"list"}"#, "there is no type 'list'; use 'array'"),
      (
        #"{"type":"null"}"#,
        "there is no type 'null'; list the property in the 'nullable' of its object"
      ),
      (#"{"type":"image"}"#, "there is no type 'image'; use 'blob'"),
      (
        #"{"type":"ref","ref":""}"#,
        "'ref' is empty; write an NSID, '#name' for a definition of this document, or both"
      ),
      (
        #"{"type":"union","refs":[""]}"#,
        "an element of 'refs' is empty; write an NSID, '#name' for a definition of this document, "
          + "or both"
      ),
      (
        #"{"type":"ref","ref":"lex:com.example.x#a"}"#,
        "'lex:com.example.x#a' is not a valid reference: remove the prefix 'lex:'"
      ),
      (
        #"{"type":"ref","ref":"nsid:com.example.x#a"}"#,
        "'nsid:com.example.x#a' is not a valid reference: remove the prefix 'nsid:'"
      ),
      (
        #"{"type":"ref","ref":"at://did:plc:x/com.example.x/self"}"#,
        "'at://did:plc:x/com.example.x/self' is not a valid reference: it is an AT-URI; write the "
          + "NSID of the document"
      ),
      (
        #"{"type":"ref","ref":"https://example.com/x.json"}"#,
        "'https://example.com/x.json' is not a valid reference: it is a URL; write the NSID of the "
          + "document"
      ),
      (
        #"{"type":"ref","ref":"com.example.x#"}"#,
        "'com.example.x#' is not a valid reference: has no name after '#'; remove the '#' to refer "
          + "to 'main'"
      ),
      (
        #"{"type":"ref","ref":"com.example.x/a"}"#,
        "'com.example.x/a' is not a valid reference: write '#' before the name of a definition: "
          + "'com.example.x#a'"
      ),
    ]
  )
  func mistakeHasARemedy(_ schema: String, _ message: String) {
    #expect(Self.messages(Self.property(schema)) == [message])
  }

  @Test("A type that its place does not allow is not suggested")
  func remediesFitTheirPlace() throws {
    let message = try #require(
      Self.messages(
        #""main":{"type":"query","description":"D.","parameters":{"type":"params","properties":{"#
          + #""p":{"type":"image"}}}}"#
      ).first
    )
    #expect(message == "unknown type 'image'; expected the type boolean, integer, string or array")
  }

  @Test(
    "A remedy that is certain can be applied",
    arguments: [
      (
        property(#"{"type":"integer","nullable":true}"#),
        #""o":{"type":"object","nullable": ["p"], "properties":{"p":{"type":"integer"}}}"#
      ),
      (
        property(#"{"required":true,"type":"integer"}"#, #","required":["p"]"#),
        #""o":{"type":"object","properties":{"p":{"type":"integer"}},"required":["p"]}"#
      ),
      (
        #""o":{"type":"object","required":["q"],"properties":{"p":{"type":"integer","required":true},"q":{"type":"boolean"}}}"#,
        #""o":{"type":"object","required":["q", "p"],"properties":{"p":{"type":"integer"},"q":{"type":"boolean"}}}"#
      ),
      (
        #""o":{"type":"object","properties":{"p":{"type":"integer","required":true}},"required":[]}"#,
        #""o":{"type":"object","properties":{"p":{"type":"integer"}},"required":["p"]}"#
      ),
      (
        property(#"{"type":"integer","optional":true}"#),
        #""o":{"type":"object","properties":{"p":{"type":"integer"}}}"#
      ),
      (
        property(#"{"type":"integer","required":false}"#),
        #""o":{"type":"object","properties":{"p":{"type":"integer"}}}"#
      ),
      // The two contradict each other.
      (
        property(#"{"type":"integer","optional":true}"#, #","required":["p"]"#),
        #""o":{"type":"object","properties":{"p":{"type":"integer","optional":true}},"required":["p"]}"#
      ),
      // The elements of an array have no names to list.
      (
        property(#"{"type":"array","items":{"type":"integer","nullable":true}}"#),
        #""o":{"type":"object","properties":{"p":{"type":"array","items":{"type":"integer","nullable":true}}}}"#
      ),
      (
        property(#"{"type":"ref","ref":"lex:com.example.x#a"}"#),
        #""o":{"type":"object","properties":{"p":{"type":"ref","ref":"com.example.x#a"}}}"#
      ),
      (
        property(#"{"type":"ref","ref":"com.example.x/a"}"#),
        #""o":{"type":"object","properties":{"p":{"type":"ref","ref":"com.example.x#a"}}}"#
      ),
    ]
  )
  func remedyIsApplied(_ before: String, _ after: String) {
    let file = CheckedCatalogTests.file("com.example.x", before, path: "a.json")
    let fixed = String(decoding: Self.fixed(file).bytes, as: UTF8.self)
    #expect(fixed.hasPrefix(#"{"lexicon":1,"id":"com.example.x","defs":{"# + after))
  }

  @Test("Flags of several properties are moved one after another")
  func severalFlagsAreMoved() {
    var file = CheckedCatalogTests.file(
      "com.example.x",
      #""o":{"type":"object","properties":{"a":{"type":"boolean","nullable":true},"#
        + #""b":{"nullable":true,"type":"boolean","required":true}}}"#,
      path: "a.json"
    )
    for _ in 0..<4 { file = Self.fixed(file) }
    #expect(
      String(decoding: file.bytes, as: UTF8.self)
        == #"{"lexicon":1,"id":"com.example.x","defs":{"o":{"type":"object","nullable": ["a", "b"], "#
        + #""required": ["b"], "properties":{"a":{"type":"boolean"},"b":{"type":"boolean"}}}}}"#
    )
  }

  @Test("A correction keeps the layout of lines")
  func correctionKeepsLines() {
    let file = SourceFile(
      path: "a.json",
      bytes: Array(
        #"""
        {
          "lexicon": 1,
          "id": "com.example.x",
          "defs": {
            "o": {
              "type": "object",
              "properties": {
                "p": {
                  "type": "integer",
                  "nullable": true
                }
              }
            }
          }
        }
        """#.utf8
      )
    )
    #expect(
      String(decoding: Self.fixed(file).bytes, as: UTF8.self) == #"""
        {
          "lexicon": 1,
          "id": "com.example.x",
          "defs": {
            "o": {
              "type": "object",
              "nullable": ["p"],
              "properties": {
                "p": {
                  "type": "integer"
                }
              }
            }
          }
        }
        """#
    )
  }

  @Test("A description at the top of a document is moved into its main definition")
  func descriptionIsMoved() throws {
    let text = #"""
      {"lexicon":1,"id":"com.example.x","description":"Say \"hi\".","defs":{"main":{
      "type":"record","key":"tid","record":{"type":"object","properties":{}}}}}
      """#
    let file = SourceFile(path: "a.json", bytes: Array(text.utf8))
    let checked = CheckedCatalog.check([file])
    let finding = try #require(
      checked.findings(in: checked.catalog.documents).first { $0.rule == "undescribed-main" }
    )
    #expect(
      finding.message
        == "the description of 'com.example.x' is at the top of the document; move it "
        + "into 'main', where readers and generated code expect it"
    )
    #expect(
      String(decoding: Self.fixed(file).bytes, as: UTF8.self) == #"""
        {"lexicon":1,"id":"com.example.x","defs":{"main":{
        "type":"record",
        "description": "Say \"hi\".","key":"tid","record":{"type":"object","properties":{}}}}}
        """#
    )
  }

  @Test(
    "A finding about a misspelled name has the text to replace it with",
    arguments: [
      (#"{"type":"string","maxLenght":1}"#, "maxLength"), (#"{"type":"strng"}"#, "string"),
      (#"{"type":"string","format":"datetme"}"#, "datetime"),
      (#"{"type":"ref","ref":"thing"}"#, "#thing"),
      (##"{"type":"ref","ref":"#aa"}"##, nil), (##"{"type":"ref","ref":"#itme"}"##, "#item"),
      (#"{"type":"ref","ref":"com.example.x#itme"}"#, "#item"),
      (#"{"type":"ref","ref":"com.exmaple.x#item"}"#, "com.example.x#item"),
      (#"{"type":"ref","ref":"lex:com.example.x#item"}"#, "com.example.x#item"),
      (#"{"type":"object","required":["txet"],"properties":{"text":{"type":"string"}}}"#, "text"),
      (#"{"type":"string","knownValues":["com.example.x#itme"]}"#, "com.example.x#item"),
      (#"{"type":"integer","nullable":true}"#, nil), (#"{"type":"number"}"#, nil),
    ] as [(String, String?)]
  )
  func findingHasAReplacement(_ schema: String, _ replacement: String?) {
    let text = #""o":{"type":"object","properties":{"p":\#(schema)}},"item":{"type":"token"}"#
    let found = CheckedCatalog.check([CheckedCatalogTests.file("com.example.x", text)]).diagnostics
    #expect(found.count == 1 && found.first?.replacement == replacement, "\(found)")
  }

  @Test("A correction with control characters is valid JSON")
  func correctionIsEscaped() {
    let text = ##""o":{"type":"object","properties":{"p":{"type":"ref","ref":"lex:#a\nb"}}}"##
    let fixed = Self.fixed(CheckedCatalogTests.file("com.example.x", text))
    #expect(LocatedTree.read(fixed, as: .json).diagnostics.isEmpty)
    #expect(String(decoding: fixed.bytes, as: UTF8.self).contains(##""ref":"#a\nb""##))
  }

  private static func fixed(_ file: SourceFile) -> SourceFile {
    let tree = LocatedTree.read(file, as: .json)
    let checked = CheckedCatalog.check([file])
    let findings = checked.diagnostics + checked.findings(in: checked.catalog.documents)
    let edits = findings.flatMap { Rule[id: $0.rule]?.edits(for: $0, in: tree) ?? [] }
    return SourceFile(path: file.path, bytes: TextEdit.apply(edits, to: file.bytes).bytes)
  }
}
