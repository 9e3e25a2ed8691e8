import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import SnapshotModule
import Testing

@Suite("Validation of generated types")
struct ValidationTests {
  static func findings(_ value: some LexiconValue) -> [String] {
    value.validate().map { "\($0.path): \($0.rule)" }
  }

  @Test("a valid value has no violations", arguments: Samples.posts.dropLast().prefix(1))
  func valid(_ json: String) throws {
    #expect(Self.findings(try AppBsky.Feed.Post(json: json)) == [])
  }

  @Test("all violations are reported with their paths")
  func post() throws {
    let post = try AppBsky.Feed.Post(
      json: #"""
        {"tags":["a","\#(String(repeating: "x", count: 641))"],\#
        "text":"\#(String(repeating: "y", count: 3_001))","$type":"app.bsky.feed.post",\#
        "embed":{"$type":"app.bsky.embed.images","images":[{"alt":"","image":{"ref":{"$link":\#
        "\#(Samples.rawCID)"},"size":9000000,"$type":"blob","mimeType":"text/plain"},\#
        "aspectRatio":{"width":0,"height":2}}]},\#
        "langs":["en","not a language","de","fr"],\#
        "reply":{"root":{"cid":"x","uri":"y"},"parent":\#(Samples.ref)},\#
        "facets":[{"index":{"byteEnd":-1,"byteStart":0},"features":[{"did":"x","$type":\#
        "app.bsky.richtext.facet#mention"},{"$type":"com.example.new","did":"x"}]}],\#
        "createdAt":"yesterday"}
        """#
    )
    let found = Set(Self.findings(post))
    let expected: Set = [
      "text: maxLength", "text: maxGraphemes", "tags[1]: maxLength", "tags[1]: maxGraphemes",
      "embed.images[0].image: accept", "embed.images[0].image: maxSize",
      "embed.images[0].aspectRatio.width: minimum", "langs: maxLength", "langs[1]: format",
      "reply.root.uri: format", "reply.root.cid: format", "facets[0].index.byteEnd: minimum",
      "facets[0].features[0].did: format", "createdAt: format",
    ]
    #expect(
      found.subtracting(["embed.images[0].image: maxSize"])
        == expected.subtracting([
          "embed.images[0].image: maxSize"
        ])
    )
    #expect(found.contains("embed.images[0].image: maxSize"))
  }

  @Test("constraints behind references, boxes, nulls, and arrays are checked")
  func snapshots() throws {
    typealias Node = ExamplePresence.Defs.Node
    let long = #""123456789012345678901234567890123456789012345678901""#
    func json(_ prefix: String) -> String {
      #"""
      "\#(prefix)Text":"123456","\#(prefix)Kind":"1234567890","\#(prefix)Count":6,\#
      "\#(prefix)Format":\#(long),"\#(prefix)List":["123456","1","2"],\#
      "\#(prefix)Object":{"text":"12345678901"},"\#(prefix)Heavy":{"part0":"1234"},\#
      "\#(prefix)Choice":{"$type":"example.presence.defs#leaf","text":"12345678901"}
      """#
    }
    let inner = #"{\#(json("required")),\#(json("both")),"bothOwn":null}"#
    let bothOwn = #""bothOwn":\#(inner)"#
    let node = try Node(
      json: """
        {\(json("plain")),\(json("required")),\(json("nullable")),\(json("both")),\(bothOwn)}
        """
    )
    let rules = [
      "Text: maxLength", "Kind: maxLength", "Count: maximum", "Format: maxLength", "Format: format",
      "List: maxLength", "List[0]: maxLength", "Object.text: maxLength", "Heavy.part0: maxLength",
      "Choice.text: maxLength",
    ]
    var expected: Set<String> = []
    for prefix in ["plain", "required", "nullable", "both", "bothOwn.required", "bothOwn.both"] {
      expected.formUnion(rules.map { prefix + $0 })
    }
    #expect(Set(Self.findings(node)) == expected)
    #expect(try Node(cbor: node.cborBytes()) == node)

    let nothing = try Node(
      json: """
        {"requiredText":"","requiredKind":"","requiredCount":0,"requiredFormat":"did:web:a.example",
        "requiredList":[],"requiredObject":{"text":""},"requiredHeavy":{},
        "requiredChoice":{"$type":"com.example.other"},"bothText":null,"bothKind":null,
        "bothCount":null,"bothFormat":null,"bothList":null,"bothObject":null,"bothOwn":null,
        "bothHeavy":null,"bothChoice":null,"nullableText":null,"nullableOwn":null,
        "nullableHeavy":null}
        """
    )
    #expect(Self.findings(nothing) == [])
    #expect(nothing.plainOwn == nil && nothing.bothOwn == .null)
    #expect(nothing.nullableOwn == .some(.null) && nothing.nullableChoice == nil)
    #expect(try Node(cbor: nothing.cborBytes()).cborBytes() == nothing.cborBytes())
  }

  @Test("constraints of arrays, elements, and array aliases are checked")
  func arrays() throws {
    let holder = try ExampleArrays.Defs.Holder(
      json: """
        {"booleans":[true],"integers":[-1,10],"strings":[],"bytes":[{"$bytes":"AQIDBA"}],
        "refs":[{"name":"1234567890"}],"consts":[true,false],"aliased":[[1],[],[-1],[1,2,3,4]],
        "closed":[{"$type":"example.arrays.defs#item","name":"1234567890"}]}
        """
    )
    #expect(
      Set(Self.findings(holder)) == [
        "integers[0]: minimum", "integers[1]: maximum", "strings: minLength",
        "bytes[0]: maxLength", "refs[0].name: maxLength", "consts[1]: const", "aliased: maxLength",
        "aliased[1]: minLength", "aliased[2][0]: minimum", "aliased[3]: maxLength",
        "closed[0].name: maxLength",
      ]
    )
  }

  @Test("constants and enumerations are checked")
  func constants() throws {
    typealias Settings = ExampleDefaults.GetThings.Settings
    var settings = Settings(flag: false, level: .low, nothing: .null)
    #expect(Self.findings(settings) == [])
    #expect(settings.version == 2 && settings.enabled && settings.tag == "settings")
    settings.version = 3
    settings.enabled = false
    settings.who = "did:web:other.example"
    settings.level = .high
    settings.size = -10
    settings.name = "0123456789"
    #expect(
      Set(Self.findings(settings)) == [
        "version: const", "enabled: const", "who: const", "level: const", "size: minimum",
        "name: maxLength",
      ]
    )
    let limited = ExampleScalars.Defs.Limited(count: 11, choice: 3)
    #expect(Self.findings(limited) == ["count: maximum", "choice: enum"])
  }
}
