import ATProtoData
import ATProtoSyntax
import SnapshotModule
import Testing

private let cid = "bafyreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm"
private let rawCID = "bafkreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm"
private let ref = #"{"cid":"\#(cid)","uri":"at://did:plc:a/example.social.post/1"}"#

@Suite struct RoundTripTests {
  /// Posts whose keys are in canonical order; they must round-trip unchanged.
  static let posts = [
    #"{"text":"hi","$type":"example.social.post","createdAt":"2024-01-01T00:00:00Z"}"#,
    #"""
    {"tags":["a","b"],"text":"hi \"you\"\n","$type":"example.social.post","langs":["en","pt-BR"],"createdAt":"2024-01-01T00:00:00.123456789+01:00"}
    """#,
    #"{"text":"","$type":"example.social.post","reply":{"root":\#(ref),"parent":\#(ref)},"createdAt":"not a date"}"#,
    // Unknown fields before, between, and after the known ones, and in nested objects.
    #"{"a":1,"text":"hi","$type":"example.social.post","zzzzz":{"$link":"\#(cid)"},"createdAt":"x","createdBy":{"b":[]},"longerThanAnyOther":null}"#,
    #"{"text":"hi","$type":"example.social.post","reply":{"a":0,"root":{"a":0,"cid":"x","uri":"y","via":[1]},"parent":\#(ref),"zzzzzzz":true},"createdAt":"x"}"#,
    // Unions: known and unknown members, with unknown fields around `$type`.
    #"{"text":"hi","$type":"example.social.post","embed":{"$type":"example.social.embed.record","record":\#(ref)},"createdAt":"x"}"#,
    #"{"text":"hi","$type":"example.social.post","embed":{"a":1,"$typ":2,"$type":"example.social.embed.record","%type":3,"record":\#(ref),"recordings":4},"createdAt":"x"}"#,
    #"{"text":"hi","$type":"example.social.post","embed":{"x":{"$type":"deeper"},"$type":"com.example.other","bytes":{"$bytes":"AQID"}},"createdAt":"x"}"#,
    #"{"text":"hi","$type":"example.social.post","labels":{"$type":"example.social.labels#selfLabels","values":[{"val":"nudity"}]},"createdAt":"x"}"#,
    // A plain reference whose data contains `$type`.
    #"{"text":"hi","$type":"example.social.post","reply":{"root":{"cid":"x","uri":"y","$type":"com.atproto.repo.strongRef"},"$type":"example.social.post#replyRef","parent":\#(ref)},"createdAt":"x"}"#,
    // Blobs in both forms, with additional fields.
    #"{"text":"hi","$type":"example.social.post","embed":{"$type":"example.social.embed.images","images":[{"alt":"","image":{"ref":{"$link":"\#(rawCID)"},"size":100,"$type":"blob","mimeType":"image/png"}},{"alt":"a","image":{"cid":"\#(rawCID)","mimeType":"image/jpeg"},"aspectRatio":{"width":1,"height":2}},{"alt":"b","image":{"a":1,"ref":{"$link":"\#(rawCID)"},"size":1,"$type":"blob","mimeType":"x","original":[]}}]},"createdAt":"x"}"#,
    #"{"text":"hi","$type":"example.social.post","facets":[{"index":{"byteEnd":4,"byteStart":0},"features":[{"did":"did:plc:a","$type":"example.social.facet#mention"},{"uri":"https://a","$type":"example.social.facet#link"},{"tag":"t","$type":"example.social.facet#tag"},{"$type":"example.social.facet#bold"}]}],"createdAt":"x"}"#,
  ]

  @Test("a post is read and written back unchanged in both formats", arguments: posts)
  func post(_ json: String) throws {
    let post = try ExampleSocial.Post(json: json)
    #expect(post.jsonString() == json)
    let bytes = post.cborBytes()
    #expect(bytes == (try DataValue(json: json)).cborBytes())
    let again = try ExampleSocial.Post(cbor: bytes)
    #expect(again == post)
    #expect(again.hashValue == post.hashValue)
    #expect(again.cborBytes() == bytes)
    #expect(again.jsonString() == json)
    #expect(try ExampleSocial.Post(post.dataValue) == post)
  }

  /// JSON with keys in any order, and `$type` late.
  @Test("a post with fields in reverse order is read from JSON", arguments: posts)
  func postInReverse(_ json: String) throws {
    func reversed(_ value: DataValue) -> String {
      switch value {
      case .object(let object):
        let fields = object.reversed().map { "\(DataValue.string($0.key)) : \(reversed($0.value))" }
        return "{ \(fields.joined(separator: " , ")) }"
      case .array(let elements): return "[\(elements.map(reversed).joined(separator: ","))]"
      default: return value.jsonString()
      }
    }
    let post = try ExampleSocial.Post(json: reversed(DataValue(json: json)))
    #expect(post.jsonString() == json)
  }

  static let nodes = [
    #"{"when":null}"#, #"{"link":null,"when":"2024-01-01T00:00:00Z"}"#,
    #"{"n":-5,"up":{"up":{"when":null},"when":null},"all":[{"when":null},{"n":1,"when":null}],"any":{"$link":"\#(cid)"},"data":{"$bytes":""},"flag":false,"hash":{"$link":"\#(cid)"},"link":{"$link":"\#(rawCID)"},"when":null,"severity":"new","direction":"up"}"#,
    #"{"any":null,"when":null}"#,
  ]

  @Test("a recursive value is read and written back unchanged", arguments: nodes)
  func node(_ json: String) throws {
    let node = try ExampleSocial.Node(json: json)
    #expect(node.jsonString() == json)
    #expect(try ExampleSocial.Node(cbor: node.cborBytes()) == node)
    #expect(node.cborBytes() == (try DataValue(json: json)).cborBytes())
  }

  /// More fields than fit in the first byte of the header, at all kinds of positions.
  @Test("unknown fields keep their position", arguments: [22, 23, 24, 25, 255, 256, 257, 70_000])
  func manyUnknownFields(_ count: Int) throws {
    var node = ExampleSocial.Node(n: 1, when: .null)
    for index in 0..<count { node.unknownFields["k\(index)"] = .integer(index) }
    #expect(node.unknownFields.count == count)
    let bytes = node.cborBytes()
    let value = try DataValue(cbor: bytes)
    #expect(value.object?.count == count + 2)
    #expect(try ExampleSocial.Node(cbor: bytes).cborBytes() == bytes)
    #expect(try ExampleSocial.Node(json: node.jsonBytes()).cborBytes() == bytes)
  }

  @Test("an unknown field with the name of a known field is not written")
  func unknownFieldsNeverDuplicateKnownOnes() throws {
    let post = ExampleSocial.Post(
      text: "a",
      createdAt: "x",
      embed: .record(
        .init(
          record: .init(cid: "c", uri: "u"),
          unknownFields: ["$type": "other", "record": 1, "z": 2]
        )
      ),
      unknownFields: ["text": "b", "$type": "c", "tags": ["d"]]
    )
    #expect(
      post.jsonString()
        == #"{"tags":["d"],"text":"a","$type":"example.social.post","embed":{"z":2,"$type":"example.social.embed.record","record":{"cid":"c","uri":"u"}},"createdAt":"x"}"#
    )
    #expect(try ExampleSocial.Post(cbor: post.cborBytes()).text == "a")
  }

  @Test("messages of event streams are read and written without $type")
  func eventStreamMessages() throws {
    let embed = ExampleSocial.Post.Embed.record(.init(record: .init(cid: "c", uri: "u")))
    var bytes: [UInt8] = []
    embed.encodeCBORWithoutUnionType(into: &bytes)
    #expect(try DataValue(cbor: bytes) == ["record": ["cid": "c", "uri": "u"]])
    var consumed = 0
    let read = try ExampleSocial.Post.Embed(
      cborPrefix: bytes.span.bytes,
      consumed: &consumed,
      unionType: "example.social.embed.record"
    )
    #expect(read == embed)
    #expect(consumed == bytes.count)
    let other = try ExampleSocial.Post.Embed(
      cborPrefix: bytes.span.bytes,
      consumed: &consumed,
      unionType: "example.social.embed.new"
    )
    // An unknown message names its own type.
    #expect(
      other
        == .unknown(["$type": "example.social.embed.new", "record": ["cid": "c", "uri": "u"]])
    )
    #expect(throws: DataError(code: .typeMismatch, offset: 0, reason: "")) {
      try ExampleSocial.Post.Embed(
        cborPrefix: hex("80").span.bytes,
        consumed: &consumed,
        unionType: "example.social.embed.new"
      )
    }
  }

  /// Each thread caches strings of `$type`. The value read is the one in the input, even if others
  /// have the same ending, do not fit into the cache, or are not valid types.
  @Test("a $type is read exactly as it is in the input")
  func typesAreReadExactly() throws {
    var types = (0..<500).map { "app.example.kind\($0).defs#view" }
    types += types.map { $0.replacing("app", with: "net") }
    types += ["", "é", "com.example.ééééééééé", String(repeating: "a", count: 255)]
    types += [
      String(repeating: "a", count: 256), #"com.example."quoted"\defs"#, "com.example.defs ",
    ]
    for type in types + types {
      let value: DataValue = ["$type": .string(type), "n": 1]
      #expect(try DataValue(cbor: value.cborBytes()) == value)
      #expect(try DataValue(json: value.jsonBytes()) == value)
    }
    let invalid = hex("a1652474797065 70") + [UInt8](repeating: 0xFF, count: 16)
    for _ in 1...2 {
      #expect(throws: DataError(code: .invalidUTF8, offset: 0, reason: "")) {
        try DataValue(cbor: invalid)
      }
    }
    let limits = DataLimits(stringLength: 20)
    let long: DataValue = ["$type": .string(types[0])]
    for _ in 1...2 {
      let error = DataError(code: .stringLength, offset: 0, reason: "")
      #expect(throws: error) { try DataValue(cbor: long.cborBytes(), limits: limits) }
      #expect(throws: error) { try DataValue(json: long.jsonBytes(), limits: limits) }
    }
  }

  @Test("encoding appends to existing bytes")
  func encodingAppends() {
    var bytes: [UInt8] = [1, 2]
    DataValue.boolean(true).encodeCBOR(into: &bytes)
    #expect(bytes == [1, 2, 0xF5])
    DataValue.boolean(true).encodeJSON(into: &bytes)
    #expect(bytes == [1, 2, 0xF5] + Array("true".utf8))
  }
}
