import ATProtoData
import ATProtoSyntax
import Testing

@testable import Lexicon

@Suite("Names of types in data")
struct TypeNameTests {
  static let catalog: Catalog = {
    let checked = CheckedCatalog.check([
      CheckedCatalogTests.file(
        "com.example.box",
        """
        "main":{"type":"object","properties":{
          "open":{"type":"union","refs":["#item","com.example.rec"]},
          "closed":{"type":"union","refs":["#item"],"closed":true},
          "empty":{"type":"union","refs":[]},
          "rec":{"type":"ref","ref":"com.example.rec"},
          "plain":{"type":"ref","ref":"#item"},
          "any":{"type":"unknown"},
          "text":{"type":"string"}}},
        "item":{"type":"object","properties":{"n":{"type":"integer"}}}
        """
      ),
      CheckedCatalogTests.file(
        "com.example.rec",
        #""main":{"type":"record","key":"tid","record":{"type":"object","properties":{}}}"#
      ),
    ])
    #expect(checked.diagnostics == [])
    return checked.catalog
  }()

  private static func findings(_ fields: String) throws -> [String] {
    catalog.validate(try DataValue(json: "{\(fields)}"), as: "com.example.box")
      .map { "\($0.path): \($0.rule)" }
  }

  @Test(
    "A union value is valid if its $type names a type",
    arguments: [
      (#""open":{"$type":"com.example.box#item"}"#, []),
      (#""open":{"$type":"com.example.rec"}"#, []),
      (#""open":{"$type":"com.example.other"}"#, []),
      (#""open":{"$type":"com.example.other#a.b~c"}"#, []),
      (#""open":{"$type":"com.example.other#main"}"#, ["open.$type: $type"]),
      (#""open":{"$type":"com.example.rec#main"}"#, ["open.$type: $type"]),
      (##""open":{"$type":"#item"}"##, ["open.$type: $type"]),
      (##""open":{"$type":"#"}"##, ["open.$type: $type"]),
      (##""open":{"$type":"com.example.box#"}"##, ["open.$type: $type"]),
      (##""open":{"$type":"com.example.box#a#b"}"##, ["open.$type: $type"]),
      (#""open":{"$type":"not an nsid"}"#, ["open.$type: $type"]),
      (#""open":{"$type":"lex:com.example.box#item"}"#, ["open.$type: $type"]),
      (#""open":{"$type":""}"#, ["open.$type: $type"]),
      (#""open":{"$type":null}"#, ["open.$type: $type"]),
      (#""open":{}"#, ["open.$type: $type"]),
      (#""open":[]"#, ["open: type"]), (#""open":null"#, ["open: type"]),
      (#""open":"com.example.box#item""#, ["open: type"]),
      (
        #""open":{"$type":"blob","ref":{"$link":"\#(ValidationTests.cid)"},"size":1,"mimeType":"a/b"}"#,
        ["open.$type: $type"]
      ),
      (#""closed":{"n":1}"#, ["closed.$type: $type"]),
      (#""closed":{"$type":"com.example.other"}"#, ["closed: closed"]),
      (#""closed":{"$type":"com.example.box#main"}"#, ["closed.$type: $type"]),
      (#""empty":{"$type":"com.example.other"}"#, []),
      (#""empty":{}"#, ["empty.$type: $type"]),
      // A record always has its type, and an object may have any.
      (#""rec":{}"#, ["rec.$type: $type"]),
      (#""rec":{"$type":"com.example.rec"}"#, []),
      (#""rec":{"$type":"com.example.rec#main"}"#, ["rec.$type: $type"]),
      (#""plain":{"$type":"com.example.foreign","n":1}"#, []),
      (#""plain":{"n":"a"}"#, ["plain.n: type"]),
    ] as [(String, [String])]
  )
  func typeIsChecked(_ fields: String, _ expected: [String]) throws {
    #expect(try Self.findings(fields) == expected)
  }

  @Test(
    "A message says what is wrong with a $type",
    arguments: [
      ("com.example.a#main", "$type must not end with '#main'"),
      ("#a", "$type must be a full name, not '#a'"),
      (
        "not an nsid",
        "$type must be an NSID, with '#' and a name for definitions other than main; "
          + "found 'not an nsid'"
      ),
    ]
  )
  func messageSaysWhatIsWrong(_ name: String, _ message: String) throws {
    let value: DataValue = ["open": ["$type": .string(name)]]
    #expect(Self.catalog.validate(value, as: "com.example.box").map(\.message) == [message])
  }

  @Test("Unknown fields are reported with their path, except where the schema allows anything")
  func unknownFieldsAreReported() throws {
    let value = try DataValue(
      json: #"""
        {"$type":"com.example.box","txet":"a","plain":{"n":1,"extra":true},
        "open":{"$type":"com.example.other","x":1},"any":{"y":2},
        "closed":{"$type":"com.example.box#item","m":1}}
        """#
    )
    let nsid: NSID = "com.example.box"
    #expect(Self.catalog.locatedViolations(value, as: nsid).isEmpty)
    for policy in [UnknownFieldPolicy.warn, .error] {
      let found = Self.catalog.locatedViolations(value, as: nsid, unknownFields: policy)
      #expect(found.allSatisfy { $0.violation.rule == "unknown-field" })
      #expect(
        Set(found.map { "\($0.violation.path): \($0.violation.message)" }) == [
          "txet: field 'txet' is not in the schema; did you mean 'text'?",
          "plain.extra: field 'extra' is not in the schema",
          "closed.m: field 'm' is not in the schema",
        ]
      )
    }
  }

  @Test("A violation has the steps to its value, even if its path is abbreviated")
  func violationsHaveSteps() throws {
    let value = try DataValue(
      json: #"{"open":{"$type":"com.example.box#item","n":"a"},"text":1,"closed":{}}"#
    )
    let found = Self.catalog.locatedViolations(value, as: "com.example.box")
    #expect(
      Set(found.map(\.steps)) == [
        [.key("open"), .key("n")], [.key("text")], [.key("closed"), .key("$type")],
      ]
    )
    for (violation, steps) in found {
      #expect(violation.path == DataPath.description(of: steps))
    }
  }
}
