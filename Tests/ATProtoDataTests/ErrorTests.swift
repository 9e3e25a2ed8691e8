import ATProtoData
import SnapshotModule
import Testing

@Suite struct ErrorTests {
  /// A post in JSON, its error, and the path. Offsets and paths are checked in both formats.
  static let posts: [(String, DataError.Code, String)] = [
    (#"[]"#, .typeMismatch, ""),
    (#"{"text":"a","createdAt":"x"}"#, .missingField, "$type"),
    (#"{"$type":"example.social.post","createdAt":"x"}"#, .missingField, "text"),
    (#"{"$type":"example.social.like","text":"a","createdAt":"x"}"#, .wrongType, "$type"),
    (#"{"$type":7,"text":"a","createdAt":"x"}"#, .typeMismatch, "$type"),
    (#"{"$type":"example.social.post","text":1,"createdAt":"x"}"#, .typeMismatch, "text"),
    // Null for a field that can only be absent.
    (#"{"$type":"example.social.post","text":"a","createdAt":null}"#, .typeMismatch, "createdAt"),
    (
      #"{"$type":"example.social.post","text":"a","tags":null,"createdAt":""}"#, .typeMismatch,
      "tags"
    ),
    (
      #"{"$type":"example.social.post","text":"a","langs":["a",1],"createdAt":""}"#, .typeMismatch,
      "langs[1]"
    ),
    (
      #"{"$type":"example.social.post","text":"a","reply":{"root":{"cid":"","uri":false},"parent":{}},"createdAt":""}"#,
      .typeMismatch, "reply.root.uri"
    ),
    (
      #"{"$type":"example.social.post","text":"a","reply":{"root":{"cid":"","uri":""},"parent":{"uri":""}},"createdAt":""}"#,
      .missingField, "reply.parent.cid"
    ),
    (
      #"{"$type":"example.social.post","text":"a","embed":{"record":{}},"createdAt":""}"#,
      .missingType, "embed"
    ),
    (
      #"{"$type":"example.social.post","text":"a","embed":{"$type":null},"createdAt":""}"#,
      .typeMismatch, "embed.$type"
    ),
    (
      #"{"$type":"example.social.post","text":"a","embed":7,"createdAt":""}"#, .typeMismatch,
      "embed"
    ),
    (
      #"{"$type":"example.social.post","text":"a","labels":{"$type":"x.y.z"},"createdAt":""}"#,
      .unknownMember, "labels"
    ),
    (
      #"{"$type":"example.social.post","text":"a","facets":[{"index":{"byteEnd":1,"byteStart":2},"features":[]},{"index":{"byteEnd":"1"},"features":[]}],"createdAt":""}"#,
      .typeMismatch, "facets[1].index.byteEnd"
    ),
  ]

  @Test("an invalid post is an error with code, offset, and path", arguments: posts)
  func post(_ json: String, _ code: DataError.Code, _ path: String) throws {
    let fromJSON = #expect(throws: DataError.self) { try ExampleSocial.Post(json: json) }
    #expect(fromJSON?.code == code, "\(String(describing: fromJSON))")
    #expect(fromJSON?.path == path, "\(String(describing: fromJSON))")
    let value = try DataValue(json: json)
    let fromCBOR = #expect(throws: DataError.self) {
      try ExampleSocial.Post(cbor: value.cborBytes())
    }
    #expect(fromCBOR?.code == code, "\(String(describing: fromCBOR))")
    #expect(fromCBOR?.path == path, "\(String(describing: fromCBOR))")
    #expect(throws: DataError.self) { try ExampleSocial.Post(value) }
  }

  static let nodes: [(String, DataError.Code, String)] = [
    (#"{"n":"1","when":null}"#, .typeMismatch, "n"),
    (#"{"direction":"left","when":null}"#, .unknownCase, "direction"),
    (#"{"hash":null,"when":null}"#, .typeMismatch, "hash"),
    (#"{"hash":{"a":1},"when":null}"#, .typeMismatch, "hash"),
    (#"{"data":"AQ","when":null}"#, .typeMismatch, "data"),
    (#"{"up":{"up":{"n":true,"when":null},"when":null},"when":null}"#, .typeMismatch, "up.up.n"),
    (#"{"all":[{"when":null},{}],"when":null}"#, .missingField, "all[1].when"),
  ]

  @Test(
    "an invalid recursive value is an error with code, offset, and path",
    arguments: nodes
  )
  func node(_ json: String, _ code: DataError.Code, _ path: String) throws {
    let fromJSON = #expect(throws: DataError.self) { try ExampleSocial.Node(json: json) }
    #expect(fromJSON?.code == code, "\(String(describing: fromJSON))")
    if code != .unknownCase && !json.contains("hash") {
      #expect(fromJSON?.path == path, "\(String(describing: fromJSON))")
    }
    let bytes = try DataValue(json: json).cborBytes()
    let fromCBOR = #expect(throws: DataError.self) { try ExampleSocial.Node(cbor: bytes) }
    #expect(fromCBOR?.code == code, "\(String(describing: fromCBOR))")
    #expect(fromCBOR?.path == path, "\(String(describing: fromCBOR))")
  }

  @Test("a repeated known key in JSON is rejected")
  func repeatedKnownKeysInJSON() {
    for json in [
      #"{"when":null,"when":null}"#, #"{"zz":1,"when":null,"zz":1}"#,
      #"{"when":null,"\u0077hen":null}"#,
    ] {
      #expect(throws: DataError(code: .repeatedKey, offset: 0, reason: "")) {
        try ExampleSocial.Node(json: json)
      }
    }
    #expect(throws: DataError(code: .repeatedKey, offset: 0, reason: "")) {
      try ExampleSocial.Post.Embed(
        json:
          #"{"$type":"example.social.embed.record","record":{"cid":"","uri":""},"$type":"example.social.embed.record"}"#
      )
    }
  }

  @Test("an unknown key out of order is rejected")
  func keysOutOfOrderAroundKnownOnes() {
    let cases: [(String, DataError.Code)] = [
      // "when" twice; "n" after "when"; an unknown key after a greater unknown key; an unknown key
      // after a known key.
      ("a2647768656ef6647768656ef6", .repeatedKey), ("a2647768656ef6616e01", .unsortedKeys),
      ("a3616d01616c02647768656ef6", .unsortedKeys), ("a2647768656ef6616101", .unsortedKeys),
      ("a3616d01616d02647768656ef6", .repeatedKey), ("a3616e01616e02647768656ef6", .repeatedKey),
    ]
    for (bytes, code) in cases {
      #expect(throws: DataError(code: code, offset: 0, reason: "")) {
        try ExampleSocial.Node(cbor: hex(bytes))
      }
    }
  }

  @Test("$link and $bytes are rejected as fields of an object")
  func reservedKeysAreRefusedAsFields() {
    #expect(throws: DataError(code: .reservedKey, offset: 0, reason: "")) {
      try ExampleSocial.Node(json: #"{"when":null,"$link":"x"}"#)
    }
  }

  @Test("the description contains the reason, code, offset, and path")
  func descriptionContainsEverything() {
    let error = #expect(throws: DataError.self) {
      try ExampleSocial.Post(json: #"{"$type":"example.social.post","text":1}"#)
    }
    #expect(
      error?.description
        == "expected a string, found a number (typeMismatch, at byte 38, in text)"
    )
  }
}
