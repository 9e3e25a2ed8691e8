import Lexicon
import LexiconCompiler
import LexiconTemplates
import Testing

@Suite("Compilation of large schemas", .timeLimit(.minutes(5)))
struct ScaleTests {
  static func document(_ definitions: String) -> SourceFile {
    let text = "{\"lexicon\":1,\"id\":\"com.example.large\",\"defs\":{\(definitions)}}"
    return SourceFile(path: "large.json", bytes: Array(text.utf8))
  }

  static func list(_ count: Int, _ element: (Int) -> String) -> String {
    (0..<count).map(element).joined(separator: ",")
  }

  /// The only module. With these inputs, quadratic time would exceed the time limit of the suite,
  /// which is there to stop such a run, not to measure.
  static func compile(_ definitions: String) throws -> (module: SwiftModule, text: String) {
    let checked = CheckedCatalog.check([document(definitions)])
    try #require(checked.diagnostics == [])
    let output = try Compiler.compile(checked.catalog.documents)
    let module = try #require(output.modules.first)
    return (module, output.files.map(\.content).joined())
  }

  @Test("an object with 3,000 properties compiles")
  func properties() throws {
    let properties = Self.list(3_000) {
      "\"property\($0)\":{\"type\":\"string\",\"maxLength\":9,\"description\":\"Text.\"}"
    }
    let (_, text) = try Self.compile(
      "\"main\":{\"type\":\"object\",\"properties\":{\(properties)}}"
    )
    #expect(text.contains("public var property2999: String? {\n"))
    #expect(text.contains("_v.string(\"property2999\", property2999, maxLength: 9)\n"))
  }

  @Test("a union with 500 members and a string with 500 known values compile")
  func union() throws {
    let refs = Self.list(500) { "\"#member\($0)\"" }
    let members = Self.list(500) { "\"member\($0)\":{\"type\":\"object\",\"properties\":{}}" }
    let values = Self.list(500) { "\"value-\($0)\"" }
    let (_, text) = try Self.compile(
      """
      "main":{"type":"object","properties":{"choice":{"type":"union","refs":[\(refs)]},
      "known":{"type":"string","knownValues":[\(values)]},
      "fixed":{"type":"string","enum":[\(values)]}}},\(members)
      """
    )
    #expect(text.contains("case member499(ComExample.Large.Member499)\n"))
    #expect(text.contains("case 499: self = .member499("))
    #expect(text.contains("public static var value499: Self"))
  }

  @Test("a cycle of 1,000 references is boxed")
  func circle() throws {
    let definitions = Self.list(1_000) {
      """
      "n\($0)":{"type":"object","properties":{"next":{"type":"ref","ref":"#n\(($0 + 1) % 1_000)"},
      "text":{"type":"string","maxLength":9}}}
      """
    }
    let (module, text) = try Self.compile(definitions)
    let boxed = module.files.flatMap(\.declarations).filter { declaration in
      guard case .structure(let structure) = declaration.kind else { return false }
      return structure.fields.contains { $0.isBoxed }
    }
    #expect(!boxed.isEmpty)
    #expect(text.contains("_v.nested(\"next\", "))
  }

  @Test("a chain of 10,000 references compiles without recursion")
  func chain() throws {
    let count = 10_000
    let objects = Self.list(count) {
      $0 + 1 == count
        ? "\"n\($0)\":{\"type\":\"object\",\"properties\":{}}"
        : """
        "n\($0)":{"type":"object","properties":{"next":{"type":"ref","ref":"#n\($0 + 1)"}}}
        """
    }
    let (module, _) = try Self.compile(objects)
    #expect(module.files.flatMap(\.declarations).count == count + 1)
  }

  static func arrays(_ count: Int) -> String {
    list(count) {
      $0 + 1 == count
        ? "\"n\($0)\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":9}}"
        : "\"n\($0)\":{\"type\":\"array\",\"items\":{\"type\":\"ref\",\"ref\":\"#n\($0 + 1)\"}}"
    }
  }

  @Test("arrays nested to the limit compile, and deeper ones are rejected")
  func arrays() throws {
    let (module, text) = try Self.compile(Self.arrays(64))
    #expect(module.files.flatMap(\.declarations).count == 65)
    let brackets = (String(repeating: "[", count: 64), String(repeating: "]", count: 64))
    #expect(text.contains("public typealias N0 = \(brackets.0)String\(brackets.1)\n"))

    let checked = CheckedCatalog.check([Self.document(Self.arrays(20_000))])
    #expect(checked.catalog.documents.isEmpty)
    #expect(checked.diagnostics.map(\.rule) == ["array-depth"])
  }

  @Test("300 unions that contain each other compile")
  func mesh() throws {
    let refs = Self.list(300) { "\"#n\($0)\"" }
    let definitions = Self.list(300) {
      """
      "n\($0)":{"type":"object","properties":{"choice":{"type":"union","closed":true,
      "refs":[\(refs)]}}}
      """
    }
    let (_, text) = try Self.compile(definitions)
    #expect(text.contains("indirect case n299(ComExample.Large.N299)\n"))
  }

  /// Each of the three lists, with `count` elements.
  static func alternatives(_ count: Int) -> String {
    let errors = list(count) { "{\"name\":\"Error\($0)\"}" }
    let refs = list(count) { "\"#n\($0)\"" }
    let values = list(count) { "\"v\($0)\"" }
    return """
      "main":{"type":"query","errors":[\(errors)]},
      "choice":{"type":"object","properties":{"of":{"type":"union","closed":true,"refs":[\(refs)]},
      "word":{"type":"string","maxLength":9,"enum":[\(values)]}}},
      \(list(count) { "\"n\($0)\":{\"type\":\"object\",\"properties\":{}}" })
      """
  }

  @Test("alternatives up to the limit compile, and more are rejected")
  func alternatives() throws {
    let (_, text) = try Self.compile(Self.alternatives(1_000))
    // Switches over this many cases are not exhaustive by their cases.
    #expect(text.contains("default: preconditionFailure("))
    #expect(text.contains("default: if case .n999(let _m) = self { _w.member(999, _m,"))

    let checked = CheckedCatalog.check([Self.document(Self.alternatives(1_001))])
    #expect(checked.catalog.documents.isEmpty)
    #expect(checked.diagnostics.map(\.rule) == ["too-many", "too-many", "too-many"])
  }
}
