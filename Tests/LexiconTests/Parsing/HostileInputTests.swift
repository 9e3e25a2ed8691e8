import Lexicon
import Testing

/// Input designed to break a parser. It is reported in time proportional to its length.
@Suite("Hostile input")
struct HostileInputTests {
  struct Input: Sendable, CustomTestStringConvertible {
    var name: String
    var path: String
    var bytes: [UInt8]
    var expected: String

    init(_ name: String, _ path: String, _ bytes: [UInt8], _ expected: String) {
      self.name = name
      self.path = path
      self.bytes = bytes
      self.expected = expected
    }

    init(_ name: String, _ path: String, _ text: String, _ expected: String) {
      self.init(name, path, Array(text.utf8), expected)
    }

    var testDescription: String { name }
  }

  static let inputs: [Input] = [
    Input(
      "UTF-16, little-endian",
      "a.json",
      Array("{\"lexicon\":1}".utf16).littleEndian,
      "a.json:1:1: error: the file is encoded in UTF-16; expected UTF-8 [not-utf-8]"
    ),
    Input(
      "UTF-16 with a byte order mark",
      "a.json",
      [0xFE, 0xFF, 0, 0x7B],
      "a.json:1:1: error: the file is encoded in UTF-16; expected UTF-8 [not-utf-8]"
    ),
    Input(
      "UTF-32",
      "a.json",
      [0x7B, 0, 0, 0, 0x7D, 0, 0, 0],
      "a.json:1:1: error: the file is encoded in UTF-32; expected UTF-8 [not-utf-8]"
    ),
    Input(
      "invalid UTF-8",
      "a.json",
      Array("{\n\"é\":\"".utf8) + [0xFF, 0x22, 0x7D],
      "a.json:2:6: error: invalid UTF-8: byte 0xFF [not-utf-8]"
    ),
    Input(
      "a surrogate as UTF-8",
      "a.json",
      [0x22, 0xED, 0xA0, 0x80, 0x22],
      "a.json:1:2: error: invalid UTF-8: byte 0xED [not-utf-8]"
    ),
    Input(
      "invalid UTF-8 in YAML",
      "a.yaml",
      Array("a: ".utf8) + [0xC3],
      "a.yaml:1:4: error: invalid UTF-8: byte 0xC3 [not-utf-8]"
    ),
    Input(
      "NUL",
      "a.json",
      "{\"a\":\"\0\"}",
      "a.json:1:7: error: the file contains a NUL byte; expected UTF-8 text [nul-byte]"
    ),
    Input(
      "NUL in YAML",
      "a.yaml",
      "a: b\0c",
      "a.yaml:1:5: error: the file contains a NUL byte; expected UTF-8 text [nul-byte]"
    ),
    Input(
      "100,000 arrays",
      "a.json",
      String(repeating: "[", count: 100_000),
      "a.json:1:129: error: nesting exceeds the maximum of 128 levels [too-deep]"
    ),
    Input(
      "100,000 objects",
      "a.json",
      String(repeating: "{\"a\":", count: 100_000),
      "a.json:1:641: error: nesting exceeds the maximum of 128 levels [too-deep]"
    ),
    Input(
      "100,000 flow sequences",
      "a.yaml",
      String(repeating: "[", count: 100_000),
      "a.yaml:1:129: error: nesting exceeds the maximum of 128 levels [too-deep]"
    ),
    Input(
      "100,000 block sequences",
      "a.yaml",
      String(repeating: "- ", count: 100_000),
      "a.yaml:1:257: error: nesting exceeds the maximum of 128 levels [too-deep]"
    ),
    Input(
      "100,000 complex keys",
      "a.yaml",
      String(repeating: "? ", count: 100_000),
      "a.yaml:1:3: error: a key must be a plain or quoted string without an anchor or tag [yaml-key]"
    ),
    Input(
      "an alias of aliases",
      "a.yaml",
      "a: &a [x, x]\nb: [*a, *a]\n",
      "a.yaml:1:4: error: YAML anchors and aliases are not supported; repeat the value [yaml-anchor]"
    ),
    Input(
      "100,000 documents",
      "a.yaml",
      String(repeating: "---\n", count: 100_000),
      "a.yaml:2:1: error: expected a single YAML document, found a second one [yaml-documents]"
    ),
    Input(
      "an unterminated string of a megabyte",
      "a.json",
      "{\"a\":\"" + String(repeating: "x", count: 1_000_000),
      "a.json:1:6: error: unterminated string; add the closing quotation mark [json-syntax]"
    ),
    Input(
      "nothing",
      "a.yaml",
      "",
      "a.yaml:1:1: note: skipped: the file has no field 'lexicon' [not-a-lexicon]"
    ),
    Input(
      "unknown extension",
      "a.txt",
      "{}",
      "a.txt:1:1: note: skipped: the file extension is not .json, .yaml or .yml [not-a-lexicon]"
    ),
  ]

  @Test("Hostile input has the expected diagnostic", arguments: inputs)
  func hostileInputIsReported(_ input: Input) {
    let result = LexiconDocument.parse(SourceFile(path: input.path, bytes: input.bytes))
    #expect(result.document == nil)
    #expect(result.diagnostics.map(\.description) == [input.expected])
  }

  @Test("A byte order mark is ignored with a warning and does not count as a column")
  func byteOrderMarkIsIgnored() {
    for (path, text) in [
      ("a.json", "{\"lexicon\":1,\"id\":\"com.example.a\",\"defs\":{\"a\":{\"type\":\"tokn\"}}}"),
      ("a.yaml", "{lexicon: 1, id: com.example.a, defs: {a: {\n type: tokn}}}"),
    ] {
      let file = SourceFile(path: path, bytes: [0xEF, 0xBB, 0xBF] + Array(text.utf8))
      let marked = LexiconDocument.parse(file).diagnostics
      let plain = LexiconDocument.parse(SourceFile(path: path, bytes: Array(text.utf8))).diagnostics
      #expect(marked.map(\.rule) == ["byte-order-mark", "unknown-type"])
      #expect(marked.last?.description == plain.first?.description)
    }
  }

  @Test("A digit string of 100,000 digits does not fit in 64 bits")
  func longIntegerIsAnError() {
    let text = "{\"lexicon\":1,\"x\":\(String(repeating: "9", count: 100_000))}"
    let found = LexiconDocument.parse(SourceFile(path: "a.json", bytes: Array(text.utf8)))
    let error = found.diagnostics.first { $0.rule == "integer-too-large" }
    #expect(error?.message == String(repeating: "9", count: 80) + "… does not fit in 64 bits")
  }

  @Test("5,000 errors on one line are all reported with their columns")
  func manyErrorsOnOneLineAreReported() {
    let properties = (0..<5_000).map {
      "\"é\($0)\":{\"type\":\"ref\",\"ref\":\"com.example.b\($0)\"}"
    }
    let text = """
      {"lexicon":1,"id":"com.example.a","defs":{"o":{"type":"object","properties":{\
      \(properties.joined(separator: ","))}}}}
      """
    let checked = CheckedCatalog.check([SourceFile(path: "a.json", bytes: Array(text.utf8))])
    #expect(checked.diagnostics.count == 5_000)
    // Columns count characters, and 4,999 characters before the last reference have two bytes.
    let last = checked.diagnostics.last?.location
    #expect((last?.offset ?? 0) - (last?.column ?? 0) + 1 == 5_000)
  }

  @Test("5,000 unknown required properties among 5,000 others are all reported")
  func manyUnknownNamesAreReported() {
    let required = (0..<5_000).map { "\"required\($0)\"" }.joined(separator: ",")
    let properties = (0..<5_000).map { "\"property\($0)\":{\"type\":\"boolean\"}" }
    let text = """
      {"lexicon":1,"id":"com.example.a","defs":{"o":{"type":"object","required":[\(required)],\
      "properties":{\(properties.joined(separator: ","))}}}}
      """
    let found = LexiconDocument.parse(SourceFile(path: "a.json", bytes: Array(text.utf8)))
    #expect(found.diagnostics.count == 5_000)
  }

  @Test("Every duplicate key of a large object is reported")
  func manyDuplicatesAreReported() {
    let members = (0..<10_000).map { "\"k\($0 % 5_000)\":1" }.joined(separator: ",")
    let text = "{\"lexicon\":1,\"x\":{\(members)}}"
    let found = LexiconDocument.parse(SourceFile(path: "a.json", bytes: Array(text.utf8)))
    #expect(found.diagnostics.filter { $0.rule == "duplicate-key" }.count == 5_000)
  }

  @Test("A schema with the maximum nesting is checked without overflow")
  func deepSchemaIsChecked() {
    // Each object adds three levels: itself, its properties and the property.
    let depth = 40
    let text =
      "{\"lexicon\":1,\"id\":\"com.example.a\",\"defs\":{\"o\":"
      + String(repeating: "{\"type\":\"object\",\"properties\":{\"p\":", count: depth)
      + "{\"type\":\"boolean\"}" + String(repeating: "}}", count: depth) + "}}"
    let checked = CheckedCatalog.check([SourceFile(path: "a.json", bytes: Array(text.utf8))])
    #expect(checked.diagnostics == [])
    #expect(checked.catalog.documents.count == 1)
  }

  @Test("Cycles of 5,000 definitions are reported")
  func longCyclesAreReported() {
    func check(_ definition: (Int) -> String) -> [Diagnostic] {
      let definitions = (0..<5_000).map { "\"d\($0)\":\(definition(($0 + 1) % 5_000))" }
      let text = """
        {"lexicon":1,"id":"com.example.a","defs":{\(definitions.joined(separator: ","))}}
        """
      return CheckedCatalog.check([SourceFile(path: "a.json", bytes: Array(text.utf8))]).diagnostics
    }
    let arrays = check { "{\"type\":\"array\",\"items\":{\"type\":\"ref\",\"ref\":\"#d\($0)\"}}" }
    #expect(arrays.map(\.rule) == ["alias-cycle"])
    let objects = check { next in
      """
      {"type":"object","required":["x"],"properties":{"x":{"type":"ref","ref":"#d\(next)"}}}
      """
    }
    #expect(objects.map(\.rule) == ["endless-value"])
  }
}

extension [UInt16] {
  fileprivate var littleEndian: [UInt8] { flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
}
