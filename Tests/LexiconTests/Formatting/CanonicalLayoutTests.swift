import Foundation
import Testing

@testable import Lexicon

@Suite("Canonical layout")
struct CanonicalLayoutTests {
  private static func file(_ text: String) -> SourceFile {
    SourceFile(path: "a.json", bytes: Array(text.utf8))
  }

  /// A value without its place and the order of its members.
  private static func normal(_ value: LocatedValue) -> String {
    switch value.kind {
    case .object(let members):
      "{" + members.map { "\($0.name.debugDescription):\(normal($0.value))" }.sorted().joined()
        + "}"
    case .array(let elements): "[" + elements.map { normal($0) }.joined(separator: ",") + "]"
    default: "\(value.kind)"
    }
  }

  /// The names in the order of the author, which stays.
  private static func order(_ value: LocatedValue, _ isMap: Bool = false) -> [String] {
    switch value.kind {
    case .object(let members):
      (isMap ? members.map(\.name) : [])
        + members.sorted { $0.name < $1.name }
        .flatMap { order($0.value, $0.name == "properties" && !isMap) }
    case .array(let elements): elements.flatMap { order($0) }
    default: []
    }
  }

  private static func check(_ file: SourceFile) throws {
    let text = try #require(CanonicalLayout.format(file).text, "\(file.path)")
    let formatted = SourceFile(path: file.path, bytes: Array(text.utf8))
    let before = try #require(LocatedTree.read(file, as: .json).root)
    let after = try #require(LocatedTree.read(formatted, as: .json).root)
    #expect(normal(before) == normal(after), "\(file.path)")
    #expect(order(before) == order(after), "\(file.path)")
    #expect(CanonicalLayout.format(formatted).text == text, "\(file.path)")
    #expect(
      LexiconDocument.parse(file).document?.id == LexiconDocument.parse(formatted).document?.id
    )
  }

  @Test(
    "A document is formatted in the canonical layout",
    arguments: [
      (
        #"{"defs":{"b":{"type":"token"},"main":{"record":{"properties":{"z":{"maxLength":1,"type":"string"},"a":{"type":"boolean"}},"type":"object"},"key":"tid","type":"record"}},"id":"com.example.a","lexicon":1}"#,
        """
        {
          "lexicon": 1,
          "id": "com.example.a",
          "defs": {
            "main": {
              "type": "record",
              "key": "tid",
              "record": {
                "type": "object",
                "properties": {
                  "z": { "type": "string", "maxLength": 1 },
                  "a": { "type": "boolean" }
                }
              }
            },
            "b": {
              "type": "token"
            }
          }
        }

        """
      ),
      // Numbers and escapes as they were written, unknown keys last in their own order.
      (
        "\u{FEFF}{\r\n\"x\":{\"type\":1,\"b\":[],\"a\":{}},\"w\":1.50E+2,\"lexicon\":1,\"id\":\"\\u0061\\/é\"}",
        """
        {
          "lexicon": 1,
          "id": "\\u0061\\/é",
          "x": {
            "type": 1,
            "b": [],
            "a": {}
          },
          "w": 1.50E+2
        }

        """
      ),
      // A key that is written with escapes is the key that it means.
      (#"{"id":"a","lexi\u0063on":1}"#, "{\n  \"lexi\\u0063on\": 1,\n  \"id\": \"a\"\n}\n"),
    ]
  )
  func documentIsFormatted(_ text: String, _ expected: String) throws {
    #expect(CanonicalLayout.format(Self.file(text)).text == expected)
    try Self.check(Self.file(text))
  }

  @Test("An array is on one line if it fits in 80 columns", arguments: [(57, true), (58, false)])
  func lineFitsColumns(_ count: Int, _ isInline: Bool) throws {
    let word = String(repeating: "é", count: count)
    let text = #"{"lexicon":1,"defs":{"a":{"required":["\#(word)"]}}}"#
    let formatted = try #require(CanonicalLayout.format(Self.file(text)).text)
    #expect(formatted.contains("      \"required\": [\"\(word)\"]\n") == isInline)
    #expect(formatted.split(separator: "\n").allSatisfy { $0.count <= 79 || !isInline })
  }

  @Test(
    "YAML, malformed JSON and other files are not formatted",
    arguments: [
      ("a.json", #"{"lexicon":1,}"#, 1), ("a.json", #"{"lexicon":1,"lexicon":1}"#, 1),
      ("a.json", #"{"name":"package"}"#, 0), ("a.json", "[]", 0), ("a.yaml", "lexicon: 1\n", 0),
    ]
  )
  func otherFilesAreNotFormatted(_ path: String, _ text: String, _ errors: Int) {
    let result = CanonicalLayout.format(SourceFile(path: path, bytes: Array(text.utf8)))
    #expect(result.text == nil && result.diagnostics.count == errors)
  }

  @Test("Formatting keeps the content and is idempotent for documents with errors and for examples")
  func examplesAreFormatted() throws {
    let broken = (BrokenDocument.object + BrokenDocument.method + BrokenDocument.reference)
      .flatMap(\.files)
    for file in broken + Rule.all.flatMap(\.bad.files) where file.format == .json {
      let tree = LocatedTree.read(file, as: .json)
      guard tree.root?["lexicon"] != nil, tree.diagnostics.allSatisfy({ $0.severity != .error })
      else { continue }
      try Self.check(file)
    }
  }

  @Test("Formatting keeps the content and is idempotent for the lexicons of this package")
  func ownDocumentsAreFormatted() throws {
    let root = URL(filePath: #filePath).appending(path: "../../../../Lexicons").standardized
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".json") }
    #expect(!paths.isEmpty)
    for path in paths {
      let bytes = [UInt8](try Data(contentsOf: root.appending(path: path)))
      try Self.check(SourceFile(path: path, bytes: bytes))
    }
  }

  @Test(
    "Formatting keeps the content and is idempotent for the official documents",
    .enabled(if: Shared.exists("reference/lexicons"))
  )
  func officialDocumentsAreFormatted() throws {
    for file in try Shared.files("reference/lexicons") { try Self.check(file) }
  }
}
