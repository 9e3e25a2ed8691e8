import Lexicon
import Testing

/// Changes to documents, definitions, and methods.
@Suite("Evolution of definitions and methods")
struct DefinitionEvolutionTests {
  typealias Case = (old: String, new: String, expected: [String])

  static let object = #"{"type":"object","properties":{}}"#
  static let json = #"{"encoding":"application/json"}"#

  static func set(_ permissions: String) -> String {
    #""main":{"type":"permission-set","permissions":[\#(permissions)]}"#
  }

  static func procedure(_ fields: String) -> String {
    #""main":{"type":"procedure"\#(fields.isEmpty ? "" : ",")\#(fields)}"#
  }

  static func record(_ key: String) -> String {
    #""main":{"type":"record","key":"\#(key)","record":\#(object)}"#
  }

  static func stream(_ members: String, _ rest: String = "") -> String {
    #"""
    "main":{"type":"subscription","message":{"schema":{"type":"union","refs":[\#(members)]}}\#(rest)},
    "a":\#(object),"b":\#(object)
    """#
  }

  static func parameters(_ fields: String) -> String {
    procedure(#""parameters":{"type":"params","properties":{"p":{"type":"integer"}}\#(fields)}"#)
  }

  static let create = #"{"type":"permission","resource":"repo","collection":["com.example.thing"]"#
  static let call = #"{"type":"permission","resource":"rpc","lxm":["com.example.get"]"#

  static let cases: [Case] = [
    (#""a":\#(object)"#, #""a":\#(object),"t":{"type":"token"}"#, ["definition-added compatible"]),
    (#""a":\#(object),"t":{"type":"token"}"#, #""a":\#(object)"#, ["definition-removed breaking"]),
    (
      ##""a":{"type":"object","properties":{"next":{"type":"ref","ref":"#a"}}}"##,
      ##""z":{"type":"object","properties":{"next":{"type":"ref","ref":"#z"}}}"##,
      ["definition-renamed breaking"]
    ),
    (
      #""a":{"type":"object","properties":{"n":{"type":"string"}}}"#,
      #""z":{"type":"object","properties":{"n":{"type":"integer"}}}"#,
      ["definition-added compatible", "definition-removed breaking"]
    ),
    (#""a":\#(object)"#, #""a":{"type":"string"}"#, ["definition-type-changed breaking"]),
    (
      #""t":{"type":"token"}"#, #""t":{"type":"token","description":"T."}"#,
      ["description-changed compatible"]
    ),
    (procedure(""), #""main":{"type":"query"}"#, ["definition-type-changed breaking"]),
    (record("tid"), procedure(""), ["definition-type-changed breaking"]),

    (record("any"), record("tid"), ["record-key-narrowed breaking"]),
    (record("tid"), record("any"), ["record-key-widened breaking"]),
    (record("tid"), record("literal:self"), ["record-key-changed breaking"]),
    (record("literal:self"), record("literal:me"), ["record-key-changed breaking"]),

    (procedure(""), procedure(#""input":\#(json)"#), ["input-added breaking"]),
    (procedure(#""input":\#(json)"#), procedure(""), ["input-removed breaking"]),
    (procedure(""), procedure(#""output":\#(json)"#), ["output-added note"]),
    (procedure(#""output":\#(json)"#), procedure(""), ["output-removed breaking"]),
    (
      procedure(#""input":\#(json)"#),
      procedure(#""input":{"encoding":"application/json","schema":\#(object)}"#),
      ["body-schema-added breaking"]
    ),
    (
      procedure(#""output":\#(json)"#),
      procedure(#""output":{"encoding":"application/json","schema":\#(object)}"#),
      ["body-schema-added compatible"]
    ),
    (
      procedure(#""input":{"encoding":"application/json","schema":\#(object)}"#),
      procedure(#""input":\#(json)"#),
      ["body-schema-removed compatible"]
    ),
    (
      procedure(#""output":{"encoding":"application/json","schema":\#(object)}"#),
      procedure(#""output":\#(json)"#),
      ["body-schema-removed breaking"]
    ),
    (
      procedure(#""input":{"encoding":"image/png"}"#),
      procedure(#""input":{"encoding":"image/*"}"#),
      ["encoding-widened compatible"]
    ),
    (
      procedure(#""input":{"encoding":"*/*"}"#),
      procedure(#""input":{"encoding":"image/*"}"#),
      ["encoding-narrowed breaking"]
    ),
    (
      procedure(#""output":{"encoding":"*/*"}"#),
      procedure(#""output":{"encoding":"image/*"}"#),
      ["encoding-narrowed compatible"]
    ),
    (
      procedure(#""output":{"encoding":"image/png"}"#),
      procedure(#""output":{"encoding":"image/jpeg"}"#),
      ["encoding-changed breaking"]
    ),
    (
      procedure(#""errors":[{"name":"A"}]"#), procedure(#""errors":[{"name":"B"}]"#),
      ["error-added note", "error-removed note"]
    ),
    (
      procedure(#""errors":[{"name":"NotFond"}]"#), procedure(#""errors":[{"name":"NotFound"}]"#),
      ["error-renamed note"]
    ),

    (
      procedure(#""errors":[{"name":"A"}]"#),
      procedure(#""errors":[{"name":"A","description":"Again."}]"#),
      ["description-changed compatible"]
    ),

    (procedure(""), parameters(""), ["property-added compatible"]),
    (procedure(""), parameters(#","required":["p"]"#), ["required-property-added breaking"]),
    (parameters(""), parameters(#","required":["p"]"#), ["property-required breaking"]),
    (parameters(#","required":["p"]"#), parameters(""), ["property-optional compatible"]),
    (parameters(#","required":["p"]"#), procedure(""), ["required-property-removed note"]),

    (stream(##""#a""##), stream(##""#a","#b""##), ["union-member-added note"]),
    (stream(##""#a","#b""##), stream(##""#a""##), ["union-member-removed breaking"]),
    (
      stream(##""#a""##), stream(##""#a""##, #","errors":[{"name":"Slow"}]"#),
      ["error-added note"]
    ),

    (set("\(create)}"), set(#"\#(create),"action":["create","update","delete"]}"#), []),
    (
      set("\(create)}"), set(#"\#(create),"action":["create","update"]}"#),
      ["permission-removed breaking"]
    ),
    (set("\(create)}"), set(#"\#(create)},\#(call),"aud":"*"}"#), ["permission-added note"]),
    (set(#"\#(call),"aud":"*"}"#), set(#"\#(call),"aud":"*","inheritAud":false}"#), []),
    (
      set(#"\#(call),"aud":"*"}"#), set(#"\#(call),"inheritAud":true}"#),
      ["permission-added note", "permission-removed breaking"]
    ),
  ]

  @Test("A change has its rule and its class", arguments: cases)
  func changeHasRule(_ old: String, _ new: String, _ expected: [String]) {
    let versions = Versions(definitions: old, new)
    #expect(versions.errors.map(\.description) == [])
    #expect(versions.summary == expected)
    #expect(Versions(definitions: old, old).changes == [])
    #expect(Versions(definitions: new, new).changes == [])
  }

  @Test(
    "The message names the changed element and the consequence for its flow",
    arguments: [
      (
        stream(##""#a""##), stream(##""#a","#b""##),
        "a message may now be a 'com.example.thing#b'; software built for the old schema sees it "
          + "as an unknown type of an open union, in the messages of com.example.thing"
      ),
      (
        parameters(#","required":["p"]"#), procedure(""),
        "'p', which was required, was removed; servers ignore it in requests that still have it, "
          + "in the parameters of com.example.thing"
      ),
      (
        procedure(#""output":{"encoding":"application/json","schema":\#(object)}"#),
        procedure(
          #""output":{"encoding":"application/json","schema":{"type":"object","#
            + #""description":"D.","properties":{}}}"#
        ),
        "the description of the output was added; descriptions do not affect data, in the output of "
          + "com.example.thing"
      ),
    ]
  )
  func messageNamesElement(_ old: String, _ new: String, _ message: String) {
    #expect(Versions(definitions: old, new).changes.map(\.message) == [message])
  }

  @Test("Added and removed documents are reported")
  func documentsAreAddedAndRemoved() {
    let first = Versions.document(#""a":\#(Self.object)"#)
    let second = Versions.document(#""a":\#(Self.object)"#, "com.example.more")
    #expect(Versions([first], [first, second]).summary == ["document-added compatible"])
    #expect(Versions([first, second], [first]).summary == ["document-removed breaking"])
    let removal = Versions([first, second], [first]).changes[0]
    #expect(removal.nsid == "com.example.more" && removal.path.isEmpty && removal.new == nil)
    let described = first.replacing(#""defs""#, with: #""description":"D.","defs""#)
    #expect(Versions([first], [described]).summary == ["description-changed compatible"])
  }

  @Test("A changed definition is classified in every flow and reported once")
  func definitionIsClassifiedInEveryFlow() throws {
    func documents(_ limit: Int) -> [String] {
      let reference = ##"{"encoding":"application/json","schema":{"type":"ref","ref":"#a"}}"##
      return [
        Versions.document(
          ##"""
          "main":{"type":"procedure","input":\##(reference),"output":\##(reference)},
          "a":{"type":"object","properties":{"again":{"type":"ref","ref":"#a"},
          "list":{"type":"array","items":{"type":"ref","ref":"#b"}}}},
          "b":{"type":"object","properties":{"a":{"type":"union","refs":["#a"]},
          "s":{"type":"string","maxLength":\##(limit)}}}
          """##
        )
      ]
    }
    let tighter = Versions(documents(9), documents(8)).changes
    let looser = Versions(documents(8), documents(9)).changes
    #expect(tighter.count == 1 && looser.count == 1)
    let change = try #require(tighter.first)
    #expect(change.path == "/defs/b/properties/s")
    #expect(change.uses.map(\.flow) == [.request, .response])
    #expect(change.uses.map(\.classification) == [.breaking, .compatible])
    #expect(change.message.hasSuffix("in the input of com.example.thing"))
    #expect(looser.first?.uses.map(\.classification) == [.compatible, .breaking])
    #expect(looser.first?.message.hasSuffix("in the output of com.example.thing") == true)
  }

  @Test("A definition can be narrowed if only responses use it, but not if nothing does")
  func unusedDefinitionIsShared() {
    func documents(_ limit: Int, _ main: String) -> [String] {
      [Versions.document(#"\#(main)"a":{"type":"string","maxLength":\#(limit)}"#)]
    }
    let output = ##"""
      "main":{"type":"query","output":{"encoding":"application/json","schema":{"type":"object",
      "properties":{"x":{"type":"ref","ref":"#a"}}}}},
      """##
    let used = Versions(documents(9, output), documents(8, output))
    #expect(used.summary == ["string-length-narrowed compatible"])
    #expect(
      Versions(documents(9, ""), documents(8, "")).summary == ["string-length-narrowed breaking"]
    )
    let dropped = output.replacing(##""x":{"type":"ref","ref":"#a"}"##, with: "")
    #expect(
      Versions(documents(9, output), documents(8, dropped)).summary == [
        "property-removed note", "string-length-narrowed compatible",
      ]
    )
  }

  @Test("A definition in a 'defs' document may also be used by others")
  func defsMayBeUsedByOthers() throws {
    func documents(_ limit: Int, _ flow: String) -> [String] {
      let reference = ##"{"type":"ref","ref":"com.example.defs#v"}"##
      let body = #"{"encoding":"application/json","schema":\#(reference)}"#
      return [
        Versions.document(#""main":{"type":"procedure","\#(flow)":\#(body)}"#),
        Versions.document(
          #"""
          "v":{"type":"object","properties":{"s":{"type":"string","maxLength":\#(limit)}}}
          """#,
          "com.example.defs"
        ),
      ]
    }
    // A change that is safe in this catalog may break schemas of others.
    for (old, new, flow) in [(9, 8, "output"), (8, 9, "input")] {
      let change = try #require(
        Versions(documents(old, flow), documents(new, flow)).changes.first
      )
      #expect(change.classification == .note)
      #expect(change.uses.map(\.flow) == [.shared, flow == "input" ? .request : .response])
      #expect(change.message.contains("in schemas of others"), "\(change.message)")
    }
    #expect(
      Versions(documents(9, "input"), documents(8, "input")).summary == [
        "string-length-narrowed breaking"
      ]
    )
  }

  @Test("Comparing chains of renamed definitions ends, and too many pairs are cut off")
  func renamedPairsAreBounded() {
    /// Definitions that each refer to the next one and to the one `step` positions later.
    func documents(_ name: String, _ count: Int, _ step: Int, _ type: String) -> [String] {
      let definitions = (0..<count).map { number in
        ##"""
        "\##(name)\##(number)":{"type":"object","properties":{"v":{"type":"\##(type)"},
        "p":{"type":"ref","ref":"#\##(name)\##((number + 1) % count)"},
        "q":{"type":"ref","ref":"#\##(name)\##((number + step) % count)"}}}
        """##
      }
      let main =
        ##""main":{"type":"object","properties":{"x":{"type":"ref","ref":"#\##(name)0"}}}"##
      return [Versions.document(([main] + definitions).joined(separator: ","))]
    }
    let renamed = Versions(documents("a", 50, 3, "string"), documents("b", 50, 3, "string"))
    #expect(Set(renamed.summary) == ["definition-renamed breaking", "reference-renamed note"])
    #expect(renamed.summary.filter { $0 == "definition-renamed breaking" }.count == 50)
    let retyped = Versions(documents("a", 50, 3, "string"), documents("b", 50, 3, "integer"))
    #expect(retyped.summary.filter { $0 == "type-changed breaking" }.count == 50)
    // 150 × 150 pairs.
    let mixed = Versions(documents("a", 150, 0, "string"), documents("b", 150, 1, "string"))
    #expect(mixed.summary.contains("reference-changed breaking"))
  }

  @Test("Every evolution rule has a test, a reason and a source")
  func everyRuleIsTested() {
    let ids = EvolutionRule.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    let met = Set(
      PropertyEvolutionTests.cases.flatMap(\.rules)
        + Self.cases.flatMap { $0.expected.compactMap { $0.split(separator: " ").first } }
        .map(String.init) + [
          "document-added", "document-removed", "document-renamed", "property-renamed",
        ]
    )
    #expect(Set(ids).symmetricDifference(met) == [])
    for rule in EvolutionRule.all {
      #expect(!rule.reason.isEmpty && !rule.reason.hasSuffix(".") && !rule.clause.isEmpty)
    }
  }

  @Test(
    "The official documents compared with themselves have no changes",
    .enabled(if: Shared.exists("reference/lexicons"))
  )
  func officialDocumentsHaveNoChanges() throws {
    let catalog = CheckedCatalog.check(try Shared.files("reference/lexicons")).catalog
    #expect(catalog.changes(since: catalog) == [])
    #expect(EvolutionVerdict(catalog.changes(since: Catalog([]))) == .compatible)
    #expect(EvolutionVerdict(Catalog([]).changes(since: catalog)) == .breaking)
  }
}
