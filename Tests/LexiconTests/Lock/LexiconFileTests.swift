import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import Lexicon
import Testing

@Suite("File of an installed document")
struct LexiconFileTests {
  private static func file(_ text: String) throws -> LexiconFile {
    try LexiconFile(json: Array(text.utf8))
  }

  // MARK: Layout

  @Test(
    "Values have the layout of JSON.stringify",
    arguments: [
      ("{}", "{}"), ("[]", "[]"), (" null ", "null"), ("[[],{}]", "[\n  [],\n  {}\n]"),
      (
        #"{"bb":[1,-20],"a":{"c":true,"b":false}}"#,
        "{\n  \"a\": {\n    \"b\": false,\n    \"c\": true\n  },\n  \"bb\": [\n    1,\n    -20\n  ]\n}"
      ),
      // Keys by length, then by bytes.
      (
        #"{"é":1,"z":2,"aa":3,"Z":4}"#,
        "{\n  \"Z\": 4,\n  \"z\": 2,\n  \"aa\": 3,\n  \"é\": 1\n}"
      ),
      // Array indices come first, in numeric order.
      (
        #"{"a":1,"10":2,"9":3,"01":4,"0":5,"4294967294":6,"4294967295":7,"-1":8,"1.5":9}"#,
        "{\n  \"0\": 5,\n  \"9\": 3,\n  \"10\": 2,\n  \"4294967294\": 6,\n  \"a\": 1,\n  \"-1\": 8,\n"
          + "  \"01\": 4,\n  \"1.5\": 9,\n  \"4294967295\": 7\n}"
      ),
      (
        #""\"\\\/\b\f\n\r\t\u0000\u001f\u007f\u00e9\u2028""#,
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}é\u{2028}\""
      ),
      (#""你好 \ud83c\udf89""#, "\"你好 🎉\""),
      (#"{"$bytes":"AQI"}"#, "{\n  \"$bytes\": \"AQI\"\n}"),
      (#"{"$bytes":""}"#, "{\n  \"$bytes\": \"\"\n}"),
      (
        #"[{"$link":"bafyreiahzlw6yonlk6pwpvg5ti5mnl5roxsz2rpz4rgxs5u6e5axj7aa2m"}]"#,
        "[\n  {\n    \"$link\": "
          + "\"bafyreiahzlw6yonlk6pwpvg5ti5mnl5roxsz2rpz4rgxs5u6e5axj7aa2m\"\n  }\n]"
      ),
    ]
  )
  func layout(_ json: String, _ expected: String) throws {
    let formatted = LexiconFile.formatted(try DataValue(json: json))
    #expect(String(decoding: formatted, as: UTF8.self) == expected + "\n")
    #expect(try LexiconFile(json: formatted).value == DataValue(json: json))
  }

  @Test("A path spells the NSID")
  func path() throws {
    #expect(LexiconFile.path(of: NSID("com.example.a")) == "com/example/a.json")
    #expect(LexiconFile.path(of: NSID("app.x-y.b1.cD")) == "app/x-y/b1/cD.json")
  }

  // MARK: CID

  /// Hashed with another implementation.
  static let a = (
    text: #"{"$type":"com.atproto.lexicon.schema","lexicon":1,"id":"com.example.a","defs":"#
      + #"{"main":{"type":"object","properties":{"b":{"type":"ref","ref":"com.example.b"}}}}}"#,
    cid: "bafyreian2m5fqcmhu4rl62hdfrfjdjji3dgzfqnbpthasmzoex2pa62n6u"
  )
  static let b = (
    text: #"{"$type":"com.atproto.lexicon.schema","lexicon":1,"id":"com.example.b","defs":"#
      + #"{"main":{"type":"token","description":"Grüße, 你好 🎉"}}}"#,
    cid: "bafyreiewuq3ryfmdoj2m2cmluyr6m3n2sqtib2fftzoan2iu5fmyiqzyze"
  )

  @Test("Layout, order of keys, and escapes do not change the CID", arguments: [a, b])
  func cids(_ text: String, _ cid: String) throws {
    let file = try Self.file(text)
    #expect(file.cid?.string == cid)
    let value = try #require(file.value.object)
    let reversed = DataObject(
      distinct: value.map { (key: $0.key, value: $0.value) }.reversed()
    )
    #expect(try Self.file(DataValue.object(reversed).jsonString()).cid?.string == cid)
    #expect(try LexiconFile(json: LexiconFile.formatted(file.value)).cid?.string == cid)
    #expect(try Self.file(text.replacing("Grüße", with: "Gr\\u00fc\\u00dfe")).cid?.string == cid)
    #expect(CID(hashingDAGCBOR: file.value.cborBytes()).string == cid)
  }

  @Test(
    "Any other change changes the CID",
    arguments: [
      (",\"lexicon\":1", ""), ("\"lexicon\":1", "\"lexicon\":2"), ("object", "object "),
      ("\"lexicon\":1", "\"lexicon\":1,\"x\":null"), ("{\"type\":\"ref\"", "{\"type\":\"Ref\""),
      ("\"lexicon\":1", "\"lexicon\":1.0"), ("\"lexicon\":1", "\"lexicon\":1e0"),
      ("\"lexicon\":1", "\"lexicon\":1E0"), ("\"lexicon\":1", "\"lexicon\":10e-1"),
      ("\"lexicon\":1", "\"lexicon\":1.5"), ("\"lexicon\":1", "\"lexicon\":\"1\""),
    ]
  )
  func changes(_ part: String, _ replacement: String) throws {
    let file = try Self.file(Self.a.text.replacing(part, with: replacement))
    #expect(file.cid?.string != Self.a.cid)
    let isFraction = replacement.contains(/[0-9][.eE]/)
    #expect((file.cid == nil) == isFraction)
    #expect(file.id?.string == "com.example.a")
  }

  @Test("A number with a fraction is null, and the rest of the file is read")
  func fraction() throws {
    let file = try Self.file(#"{"id":"com.example.a","a":[true,0.5,"e.E",null,7]}"#)
    #expect(file.cid == nil)
    let expected: DataValue = [true, nil, "e.E", nil, 7]
    #expect(file.value["a"] == expected)
    #expect(try Self.file(#"{"a":["1.5e7 \" 2.5",true,false]}"#).cid != nil)
  }

  @Test(
    "A file that is not JSON, or is ambiguous, is refused",
    arguments: [
      "", "{", "{\"a\":1,\"a\":1}", "{\"a\":0.5,\"a\":1}", "{\"a\":0.5,}", "{\"a\":01}", "{} {}",
      "{\"a\":\"\\ud800\"}", "\u{FEFF}{}", "[99999999999999999999]",
    ]
  )
  func refused(_ text: String) {
    #expect(throws: DataError.self) { try Self.file(text) }
  }

  @Test("Nesting, size, and encoding are limited")
  func limits() throws {
    func nested(_ count: Int) -> String {
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    _ = try Self.file(nested(128))
    #expect(throws: DataError.self) { try Self.file(nested(129)) }
    #expect(throws: DataError.self) { try Self.file("[0.5,\(nested(128))]") }
    #expect(throws: DataError.self) { try Self.file(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: DataError.self) { try LexiconFile(json: [0x22, 0xFF, 0x22]) }
    let spaces = [UInt8](repeating: 0x20, count: LexiconFile.maximumSize)
    #expect(throws: DataError.self) { try LexiconFile(json: Array("{}".utf8) + spaces) }
  }

  @Test("Only a file that lacks nothing but its type is stripped")
  func stripped() throws {
    let cid = try CID(Self.a.cid)
    let text = Self.a.text.replacing("\"$type\":\"com.atproto.lexicon.schema\",", with: "")
    #expect(try Self.file(text).isStripped(of: cid))
    #expect(try !Self.file(text).isStripped(of: CID(Self.b.cid)))
    #expect(try !Self.file(Self.a.text).isStripped(of: cid))
    #expect(try !Self.file(text.replacing("object", with: "token")).isStripped(of: cid))
    #expect(try !Self.file(text.replacing("1", with: "1.0")).isStripped(of: cid))
    #expect(try !Self.file("[]").isStripped(of: cid))
  }

  @Test(
    "The official documents have the CIDs that another implementation computes",
    .enabled(if: Shared.exists("reference/lexicons"))
  )
  func officialDocuments() throws {
    var list = ""
    for file in try Shared.files("reference/lexicons").sorted(by: { $0.path < $1.path }) {
      var record = try LexiconFile(json: file.bytes).value
      record["$type"] = .string(LexiconFile.recordType)
      let cid = LexiconFile.cid(of: record)
      #expect(cid == CID(hashingDAGCBOR: record.cborBytes()), "\(file.path)")
      list += "\(file.path) \(cid)\n"
    }
    // The SHA-256 hash of a list with a line for each document, from a program in Python.
    let digest = CID(hashingDAGCBOR: Array(list.utf8)).digest
    let hash = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    #expect(hash == "9521670896e4b72b3ce03ed9313f09b1595b1defc5d25dac6a30646069444c9d")
  }
}
