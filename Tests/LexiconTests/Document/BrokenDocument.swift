import Lexicon
import Testing

/// A row of a table: documents, and every diagnostic for them.
struct BrokenDocument: Sendable, CustomTestStringConvertible {
  var files: [SourceFile]
  /// The lines of all diagnostics and notes, without the first file's path.
  var expected: [String]

  private init(_ texts: [String], _ expected: [String], extension: String = "json") {
    files = zip(texts, "abcdef").map { text, name in
      SourceFile(path: "\(name).\(`extension`)", bytes: Array(text.utf8))
    }
    self.expected = expected
  }

  var testDescription: String {
    files.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: " | ")
  }

  /// A whole document.
  static func document(_ text: String, _ expected: String...) -> Self {
    Self([text], expected)
  }

  static func json(_ text: String, _ expected: String...) -> Self {
    Self([text], expected)
  }

  static func yaml(_ text: String, _ expected: String...) -> Self {
    Self([text], expected, extension: "yaml")
  }

  /// Definitions: the second line of a document.
  static func definitions(_ text: String, _ expected: String...) -> Self {
    Self([wrap(text, "a")], expected)
  }

  /// Definitions of `com.example.a`, `com.example.b`, …, each the second line of its document.
  static func documents(_ texts: [String], _ expected: String...) -> Self {
    Self(zip(texts, "abcdef").map { wrap($0, $1) }, expected)
  }

  /// The schema of a property of the object `#o`: the third line of a document.
  static func property(_ text: String, _ expected: String...) -> Self {
    Self([wrap(#""o":{"type":"object","properties":{"p":"# + "\n\(text)}}", "a")], expected)
  }

  /// The permissions of a permission set: the third line of a document.
  static func permissions(_ text: String, _ expected: String...) -> Self {
    Self([wrap(#""main":{"type":"permission-set","permissions":"# + "\n\(text)}", "a")], expected)
  }

  private static func wrap(_ definitions: String, _ name: Character) -> String {
    #"{"lexicon":1,"id":"com.example.\#(name)","defs":{"# + "\n\(definitions)}}"
  }

  func check(sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    let found = CheckedCatalog.check(files).diagnostics
      .flatMap { $0.description.split(separator: "\n") }
      .map { $0.hasPrefix("\(files[0].path):") ? $0.dropFirst(files[0].path.count + 1) : $0 }
    #expect(found.map(String.init) == expected, sourceLocation: sourceLocation)
  }
}
