import ATProtoData
import ATProtoSyntax
import Foundation
import Lexicon
import Testing

@Suite("Catalog validation")
struct ValidationTests {
  static let catalog: Catalog = {
    let checked = CheckedCatalog.check([
      CheckedCatalogTests.file(
        "com.example.post",
        #"""
        "main":{"type":"record","key":"tid","record":{"type":"object",
          "required":["text"],"nullable":["maybe"],"properties":{
          "text":{"type":"string","maxLength":12,"maxGraphemes":4,"minGraphemes":1},
          "kind":{"type":"string","enum":["a","\u00e9"]},
          "tag":{"type":"string","const":"x"},
          "who":{"type":"string","format":"did"},
          "count":{"type":"integer","minimum":1,"maximum":9,"enum":[1,2,3]},
          "flag":{"type":"boolean","const":true},
          "maybe":{"type":"integer"},
          "raw":{"type":"bytes","minLength":1,"maxLength":2},
          "link":{"type":"cid-link"},
          "image":{"type":"blob","accept":["image/*"],"maxSize":10},
          "list":{"type":"array","items":{"type":"ref","ref":"#name"},"maxLength":2},
          "embed":{"type":"union","refs":["#tree","#other"]},
          "only":{"type":"union","refs":["#tree"],"closed":true},
          "any":{"type":"unknown"}}}},
        "name":{"type":"string","maxLength":3},
        "other":{"type":"object","properties":{}},
        "mark":{"type":"token"},
        "numbers":{"type":"array","items":{"type":"integer"}},
        "tree":{"type":"object","required":["v"],"properties":{"v":{"type":"integer"},
          "kids":{"type":"array","items":{"type":"ref","ref":"#tree"}}}}
        """#
      ),
      CheckedCatalogTests.file(
        "com.example.self",
        #""main":{"type":"record","key":"literal:self","record":{"type":"object","properties":{}}}"#
      ),
    ])
    #expect(checked.diagnostics.map(\.description) == [])
    return checked.catalog
  }()

  static let cid = "bafkreiccldh766hwcnuxnf2wh6jgzepf2nlu2lvcllt63eww5p6chi4ity"
  static let nodeCID = "bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454"

  static func blob(_ fields: String, cid: String = cid) -> String {
    #"{"$type":"blob","ref":{"$link":"\#(cid)"},\#(fields)}"#
  }

  /// The violations of a post with the given fields, as `path: rule`.
  static func findings(
    _ fields: String,
    rules: ValidationRules = .allowsLegacyBlobs
  ) throws -> [String] {
    let value = try DataValue(json: #"{"$type":"com.example.post","text":"t",\#(fields)}"#)
    return catalog.validate(value, as: "com.example.post", rules: rules)
      .map { "\($0.path): \($0.rule)" }
  }

  @Test(
    "A value that breaks a constraint has a violation with its path",
    arguments: [
      (#""kind":"a""#, []), (#""kind":"e\u0301""#, ["kind: enum"]), (#""kind":1"#, ["kind: type"]),
      (#""tag":"y""#, ["tag: const"]), (#""who":"x""#, ["who: format"]),
      (#""count":12"#, ["count: maximum", "count: enum"]),
      (#""count":0"#, ["count: minimum", "count: enum"]),
      (#""count":"1""#, ["count: type"]), (#""flag":false"#, ["flag: const"]),
      (#""maybe":null"#, []), (#""maybe":"a""#, ["maybe: type"]), (#""flag":null"#, ["flag: type"]),
      (#""raw":{"$bytes":""}"#, ["raw: minLength"]),
      (#""raw":{"$bytes":"AAAA"}"#, ["raw: maxLength"]), (#""raw":"AA""#, ["raw: type"]),
      (#""link":"\#(cid)""#, ["link: type"]), (#""link":{"$link":"\#(cid)"}"#, []),
      (#""image":\#(blob(#""mimeType":"image/a","size":10"#))"#, []),
      (
        #""image":\#(blob(#""mimeType":"text/a","size":11"#))"#,
        ["image: accept", "image: maxSize"]
      ),
      (#""image":{"$type":"blob"}"#, ["image: blob"]), (#""image":1"#, ["image: type"]),
      (#""image":\#(blob(#""mimeType":"image/a","size":1"#, cid: nodeCID))"#, ["image: blob"]),
      (#""image":{"cid":"\#(cid)","mimeType":"image/a"}"#, []),
      (#""list":["abc","abcd",5]"#, ["list: maxLength", "list[1]: maxLength", "list[2]: type"]),
      (#""embed":{"$type":"com.example.post#tree"}"#, ["embed.v: required"]),
      (#""embed":{"$type":"com.example.new","x":1}"#, []),
      (#""embed":{"$type":"com.example.new","x":{"$type":1}}"#, ["embed.x.$type: type"]),
      (#""embed":{"v":1}"#, ["embed.$type: $type"]),
      (#""embed":{"$type":7}"#, ["embed.$type: $type"]), (#""embed":[]"#, ["embed: type"]),
      (#""only":{"$type":"com.example.post#other"}"#, ["only: closed"]),
      (
        #""only":{"$type":"com.example.post#tree","v":1,"kids":[{"v":1,"kids":[{}]}]}"#,
        ["only.kids[0].kids[0].v: required"]
      ),
      (#""any":{}"#, []), (#""any":1"#, ["any: type"]), (#""any":{"$bytes":"AA"}"#, ["any: type"]),
      (#""any":\#(blob(#""mimeType":"a/b","size":1"#))"#, ["any: type"]),
      (#""any":{"a":{"$type":""}}"#, ["any.a.$type: type"]),
      (#""unknown":{"anything":[null]}"#, []),
      (
        #""unknown":{"$type":"blob"}"#,
        ["unknown.ref: blob", "unknown.size: blob", "unknown.mimeType: blob"]
      ),
    ] as [(String, [String])]
  )
  func violationHasPath(_ fields: String, _ expected: [String]) throws {
    #expect(try Self.findings(fields) == expected)
  }

  @Test("Lengths count UTF-8 bytes, and graphemes count grapheme clusters")
  func lengthsCountBytes() throws {
    func findings(_ text: String) -> [String] {
      let value: DataValue = ["$type": "com.example.post", "text": .string(text)]
      return Self.catalog.validate(value, as: "com.example.post").map(\.rule)
    }
    #expect(findings("日本語!") == [])
    #expect(findings("👨‍👩‍👧") == ["maxLength"])
    #expect(findings("abcde") == ["maxGraphemes"])
    #expect(findings("") == ["minGraphemes"])
  }

  @Test("Legacy and foreign blobs are accepted only if the rules allow them")
  func rulesAcceptBlobs() throws {
    let legacy = #""image":{"cid":"\#(Self.cid)","mimeType":"image/a"}"#
    #expect(try Self.findings(legacy, rules: .strict) == ["image.$type: $type"])
    let foreign = #""image":\#(Self.blob(#""mimeType":"image/a","size":1"#, cid: Self.nodeCID))"#
    #expect(try Self.findings(foreign, rules: .allowsForeignBlobCodecs) == [])
  }

  @Test("Definitions other than records are validated, and those without values are violations")
  func definitionsAreValidated() {
    let catalog = Self.catalog
    #expect(catalog.validate([1, 2], as: "com.example.post", definition: "numbers") == [])
    #expect(
      catalog.validate([1, "a"], as: "com.example.post", definition: "numbers").map(\.path)
        == ["[1]"]
    )
    #expect(catalog.validate("abc", as: "com.example.post", definition: "name") == [])
    for (nsid, name) in [
      ("com.example.post", "mark"), ("com.example.post", "nothing"), ("com.example.absent", "main"),
    ] as [(NSID, String)] {
      #expect(catalog.validate([:], as: nsid, definition: name).map(\.rule) == ["reference"])
    }
  }

  @Test(
    "A record is validated with its collection, its type and its key",
    arguments: [
      ("com.example.post", "com.example.post", "3jzfcijpj2z2a", []),
      ("com.example.post", "com.example.post", "self", ["key"]),
      ("com.example.post", "com.example.other", "3jzfcijpj2z2a", ["$type"]),
      ("com.example.self", "com.example.self", "self", []),
      ("com.example.self", "com.example.self", "other", ["key"]),
      ("com.example.self", "com.example.self", "a/b", ["key"]),
      ("com.example.absent", "com.example.absent", "self", ["reference"]),
    ] as [(NSID, String, String, [String])]
  )
  func recordIsValidated(_ collection: NSID, _ type: String, _ key: String, _ expected: [String]) {
    let value: DataValue = ["$type": .string(type), "text": "t"]
    let found = Self.catalog.validateRecord(value, collection: collection, recordKey: key)
    #expect(found.map(\.rule) == expected)
  }

  @Test("Depth and number of violations are bounded for hostile values")
  func violationsAreBounded() {
    var tree: DataValue = ["v": "not a number"]
    for _ in 0..<1000 { tree = ["v": 1, "kids": [tree]] }
    let deep = Self.catalog.validate(tree, as: "com.example.post", definition: "tree")
    #expect(deep.map(\.rule) == ["depth"])
    let many = Self.catalog.validate(
      .array([DataValue](repeating: "a", count: 100_000)),
      as: "com.example.post",
      definition: "numbers"
    )
    #expect(many.count == 256)
  }

  @Test(
    "The public record vectors are valid or invalid as expected",
    .enabled(if: Shared.exists("interop/lexicon")),
    arguments: ["valid", "invalid"]
  )
  func vectorsAgree(_ kind: String) throws {
    let catalog = CheckedCatalog.check(try Shared.files("interop/lexicon/catalog")).catalog
    let path = Shared.folder.appending(path: "interop/lexicon/record-data-\(kind).json")
    let vectors = try #require(try DataValue(json: [UInt8](try Data(contentsOf: path))).array)
    #expect(!vectors.isEmpty)
    for vector in vectors {
      let found = catalog.validateRecord(
        vector["data"] ?? nil,
        collection: "example.lexicon.record",
        recordKey: vector["rkey"]?.string ?? "",
        rules: .allowsForeignBlobCodecs
      )
      #expect(found.isEmpty == (kind == "valid"), "\(vector["name"]?.string ?? "")")
    }
  }
}
