import Lexicon
import LexiconCompiler
import Testing

/// What changes to schemas mean for code that uses the generated types.
@Suite("Swift API comparison")
struct SwiftAPIComparisonTests {
  typealias Case = (old: String, new: String, expected: [String])

  static func object(_ properties: String, _ more: String = "") -> String {
    #""a":{"type":"object","properties":{\#(properties)}\#(more)}"#
  }

  static func query(_ fields: String) -> String {
    #""main":{"type":"query"\#(fields)}"#
  }

  static func parameters(_ fields: String) -> String {
    query(#","parameters":{"type":"params","properties":{"p":{"type":"integer"\#(fields)}}}"#)
  }

  static let text = #""s":{"type":"string"}"#
  static let other = #""b":{"type":"object","properties":{}}"#
  static let json = #","output":{"encoding":"application/json"}"#

  static func union(_ members: String, _ more: String = "") -> String {
    object(#""u":{"type":"union","refs":[\#(members)]\#(more)}"#) + ",\(other)"
      + #","c":{"type":"object","properties":{}}"#
  }

  static func values(_ kind: String, _ values: String) -> String {
    #""a":{"type":"string","\#(kind)":[\#(values)]}"#
  }

  static let cases: [Case] = [
    (object(text), object(text), []),
    (object(text), object(#""s":{"type":"string","maxLength":9}"#), []),
    (object(text), object(#"\#(text),"n":{"type":"integer"}"#), ["+ Thing.A.n"]),
    (
      object(text), object(#"\#(text),"n":{"type":"integer"}"#, #","required":["n"]"#),
      ["! Thing.A.n"]
    ),
    (object(#"\#(text),"n":{"type":"integer"}"#), object(text), ["! Thing.A.n"]),
    (object(text), object(text, #","required":["s"]"#), ["! Thing.A.s"]),
    (object(text), object(text, #","nullable":["s"]"#), ["! Thing.A.s"]),
    (object(text), object(#""s":{"type":"string","format":"did"}"#), ["! Thing.A.s"]),
    (
      object(#"\#(text),"n":{"type":"integer"}"#), object(#""n":{"type":"integer"},\#(text)"#),
      ["! Thing.A"]
    ),
    (object(text), object(text) + ",\(other)", ["+ Thing.B"]),
    (object(text) + ",\(other)", object(text), ["! Thing.B"]),
    (object(text), values("knownValues", #""x""#), ["! Thing.A"]),
    (
      object(text), #""a":{"type":"object","description":"Deprecated.","properties":{\#(text)}}"#,
      ["+ Thing.A"]
    ),

    (union(##""#b""##), union(##""#b","#c""##), ["! Thing.A.U.c"]),
    (union(##""#b","#c""##), union(##""#b""##), ["! Thing.A.U.c"]),
    (union(##""#b""##), union(##""#b""##, #","closed":true"#), ["! Thing.A.U.unknown"]),
    (values("knownValues", #""x""#), values("knownValues", #""x","y""#), ["+ Thing.A.y"]),
    (values("knownValues", #""x","y""#), values("knownValues", #""x""#), ["! Thing.A.y"]),
    (values("enum", #""x""#), values("enum", #""x","y""#), ["! Thing.A.y"]),
    (values("enum", #""x","y""#), values("enum", #""x""#), ["! Thing.A.y"]),

    (query(""), parameters(""), ["+ Thing", "+ Thing.Parameters"]),
    (parameters(""), query(""), ["! Thing", "! Thing.Parameters"]),
    (parameters(""), parameters(#","minimum":1"#), []),
    (parameters(""), parameters(#","default":1"#), ["! Thing.Parameters.p"]),
    (parameters(#","default":1"#), parameters(#","default":2"#), ["+ Thing.Parameters.p"]),
    (query(""), query(json), ["! Thing"]),
    (
      query(#","errors":[{"name":"A"}]"#), query(#","errors":[{"name":"A"},{"name":"B"}]"#),
      ["! Thing.Failure.b"]
    ),
    (query(""), query(#","errors":[{"name":"A"}]"#), ["! Thing", "+ Thing.Failure"]),
    (query(""), #""main":{"type":"procedure"}"#, ["! Thing"]),
  ]

  @Test("changes are classified as source breaking (!) or compatible (+)", arguments: cases)
  func change(_ old: String, _ new: String, _ expected: [String]) {
    let comparison = SwiftAPIComparison(old: Self.modules(old), new: Self.modules(new))
    let found = comparison.changes.map { change in
      let symbol = change.symbol.replacing("ComExample.", with: "")
      return "\(change.isSourceBreaking ? "!" : "+") \(symbol)"
    }
    #expect(found.sorted() == expected.sorted(), "\(comparison.changes.map(\.message))")
    #expect(comparison.changes.allSatisfy { $0.origin.hasPrefix("com.example.thing") })
  }

  @Test("moving a declaration to another module is source breaking")
  func module() {
    var elsewhere = CompilerOptions()
    elsewhere.singleModule = "Elsewhere"
    let text = Self.object(Self.text)
    let changes = SwiftAPIComparison(
      old: Self.modules(text),
      new: Self.modules(text, elsewhere)
    ).changes
    #expect(!changes.isEmpty && changes.allSatisfy(\.isSourceBreaking))
    #expect(
      changes.contains {
        $0.message == "'ComExample.Thing.A' moved from ComExampleAPI to Elsewhere"
      }
    )
  }

  static func modules(
    _ definitions: String,
    _ options: CompilerOptions = CompilerOptions()
  ) -> [SwiftModule] {
    let text = #"{"lexicon":1,"id":"com.example.thing","defs":{\#(definitions)}}"#
    let checked = CheckedCatalog.check([SourceFile(path: "a.json", bytes: Array(text.utf8))])
    #expect(checked.diagnostics.map(\.description) == [])
    return Lowering.modules(of: checked.catalog.documents, options: options)
  }
}
