import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import Testing

@Suite struct DIDDocumentTests {
  static let did: DID = "did:web:alice.test"
  /// The examples of the DID specification, "Legacy Representation": one key in two
  /// representations.
  static let multikey = "zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF"
  static let legacy =
    "zQYEBzXeuTM9UR3rfvNag6L3RNAs5pQZyYPsomTsgQhsxLdEgCrPTLgFna8yqCnxPpNT7DBk6Ym3dgPKNu86vt9GR"

  static func method(
    _ key: String,
    type: String = "Multikey",
    id: String = "#atproto",
    controller: String = did.string
  ) -> DataValue {
    [
      "id": .string(id), "type": .string(type), "controller": .string(controller),
      "publicKeyMultibase": .string(key),
    ]
  }

  static func document(_ fields: DataObject) throws -> DIDDocument {
    var fields = fields
    fields["id"] = .string(did.string)
    return try DIDDocument(.object(fields))
  }

  @Test(arguments: [
    method(multikey), method(multikey, id: "did:web:alice.test#atproto"),
    method(legacy, type: "EcdsaSecp256k1VerificationKey2019"),
  ])
  func keysInAllRepresentationsAreDecoded(_ method: DataValue) throws {
    let document = try Self.document(["verificationMethod": [method]])
    #expect(try document.signingKey().multikey == Self.multikey)
  }

  @Test func p256KeysAreDecoded() throws {
    let key = PrivateKey(generating: .p256).publicKey
    let text = "z" + Base58.encode(key.uncompressed)
    let document = try Self.document([
      "verificationMethod": [
        Self.method(key.multikey, id: "#atproto_label"),
        Self.method(text, type: "EcdsaSecp256r1VerificationKey2019"),
      ]
    ])
    #expect(try document.signingKey() == key)
    #expect(try document.signingKey("atproto_label") == key)
  }

  @Test(arguments: [
    method(multikey, id: "#other"), method(multikey, id: "atproto"),
    method(multikey, id: "did:web:bob.test#atproto"), method(multikey, id: "#atproto "),
    method(multikey, controller: "did:web:bob.test"), method(multikey, controller: ""),
    method(legacy), method(multikey, type: "EcdsaSecp256k1VerificationKey2019"),
    method(legacy, type: "EcdsaSecp256r1VerificationKey2019"),
    method(multikey, type: "JsonWebKey2020"), method("", type: "Multikey"),
    method(String(multikey.dropLast())), method("m" + multikey.dropFirst()),
    method("z" + String(repeating: "1", count: 100_000)),
    ["id": "#atproto", "type": "Multikey", "controller": .string(did.string)],
    ["id": 1, "type": [], "controller": nil, "publicKeyMultibase": true], "x", nil,
  ])
  func refusesKeys(_ method: DataValue) throws {
    let document = try Self.document(["verificationMethod": [method]])
    #expect(throws: IdentityError(.missing, "")) { try document.signingKey() }
  }

  /// "The first valid atproto signing key in the array should be used".
  @Test func firstValidKeyIsUsed() throws {
    let other = PrivateKey(generating: .k256).publicKey
    let document = try Self.document([
      "verificationMethod": [
        Self.method("zzz"), Self.method(other.multikey, controller: "did:web:bob.test"),
        Self.method(Self.multikey), Self.method(other.multikey),
      ]
    ])
    #expect(try document.signingKey().multikey == Self.multikey)
  }

  @Test(
    arguments: [
      (["at://alice.test"], "alice.test"), (["at://Alice.TEST"], "alice.test"),
      (["https://alice.test", "at://alice.test", "at://bob.test"], "alice.test"),
      (["at://alice.test/path", "at://alice", "at://", "at://bob.test"], "bob.test"),
      (["alice.test"], nil), (["AT://alice.test"], nil), ([], nil), (["at://did:web:x.y"], nil),
      (["at://" + String(repeating: "a.", count: 500_000) + "test"], nil),
    ] as [([String], Handle?)]
  )
  func firstValidHandleIsClaimed(_ aliases: [String], _ handle: Handle?) throws {
    let document = try Self.document(["alsoKnownAs": .array(aliases.map { .string($0) })])
    #expect(document.claimedHandle == handle)
  }

  @Test(arguments: [
    ("https://pds.test", "https://pds.test"), ("https://pds.test/", "https://pds.test"),
    ("http://localhost:2583", "http://localhost:2583"),
    ("https://PDS.test:443", "https://pds.test"),
    ("https://pds.test/xrpc", nil), ("https://user@pds.test", nil), ("https://pds.test?x", nil),
    ("ftp://pds.test", nil), ("pds.test", nil), ("", nil), ("https://", nil),
    ("https://pds.test:99999", nil), ("javascript://alert(1)", nil), ("https://pds.test\u{0}", nil),
  ])
  func pdsURLIsFoundOrRefused(_ endpoint: String, _ expected: String?) throws {
    for id in ["#atproto_pds", "did:web:alice.test#atproto_pds"] {
      let document = try Self.document([
        "service": [
          [
            "id": .string(id), "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": .string(endpoint),
          ]
        ]
      ])
      #expect((try? document.pds.description) == expected)
    }
  }

  @Test func servicesAreFoundByIDAndType() throws {
    let document = try Self.document([
      "service": [
        ["id": "#atproto_pds", "type": "Other", "serviceEndpoint": "https://a.test"],
        ["id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": ["x": "y"]],
        ["id": "#labeler", "type": "AtprotoLabeler", "serviceEndpoint": "https://b.test/path"],
        "noise",
      ]
    ])
    #expect(throws: IdentityError(.missing, "")) { try document.pds }
    let labeler = try document.endpoint("labeler", type: "AtprotoLabeler")
    #expect(labeler.description == "https://b.test/path")
    #expect(throws: IdentityError(.missing, "")) {
      try document.endpoint("labeler", type: "AtprotoPersonalDataServer")
    }
  }

  @Test(arguments: [
    "", "null", "[]", #"{"id":1}"#, #"{"id":"alice"}"#, #"{"id":"did:web:bob.test"}"#,
    #"{"id":"did:web:alice.test#x"}"#, "{}", #"{"id":"did:web:alice.test""#,
    #"{"id":"did:web:alice.test","x":"# + String(repeating: "[", count: 100_000),
    #"{"id":"did:web:alice.test","x":"# + String(repeating: #"{"a":"#, count: 40) + "1"
      + String(repeating: "}", count: 41),
    #"{"id":"did:web:alice.test","x":""# + String(repeating: "a", count: 1 << 20) + #""}"#,
  ])
  func invalidDocumentsAreRefused(_ json: String) {
    #expect(throws: IdentityError(.badDocument, "")) {
      try DIDDocument(json: Array(json.utf8), of: Self.did)
    }
  }

  @Test func unknownEntriesAreSkipped() throws {
    let json = #"""
      {"@context":"x","id":"did:web:alice.test","alsoKnownAs":[1,null,"at://alice.test"],
      "verificationMethod":{"a":1},"service":"none","authentication":["#a",{"b":[[[]]]}]}
      """#
    let document = try DIDDocument(json: Array(json.utf8), of: Self.did)
    #expect(document.claimedHandle == "alice.test")
    #expect(document.verificationMethods.isEmpty && document.services.isEmpty)
  }

  @Test(
    arguments: [
      ("did:web:example.com", "https://example.com/.well-known/did.json"),
      ("did:web:Example.com", "https://example.com/.well-known/did.json"),
      ("did:web:localhost", "http://localhost/.well-known/did.json"),
      ("did:web:localhost%3A8080", "http://localhost:8080/.well-known/did.json"),
      ("did:web:localhost%3a8080", "http://localhost:8080/.well-known/did.json"),
      ("did:web:example.com%3A8080", nil), ("did:web:example.com:path", nil),
      ("did:web:localhost:path", nil), ("did:web:localhost%3A0", nil),
      ("did:web:localhost%3A", nil),
      ("did:web:localhost%3A99999", nil), ("did:web:localhost%3A80%2Fx", nil),
      ("did:web:localhost%2F", nil), ("did:web:example", nil), ("did:web:127.0.0.1", nil),
      ("did:web:example.com%2Fpath", nil), ("did:web:user%40example.com", nil),
      ("did:web:example.local", nil), ("did:web:example.onion", nil), ("did:web:a..b", nil),
      ("did:web:%2E%2E", nil), ("did:web:localhost.", nil),
    ] as [(DID, String?)]
  )
  func didWebDocumentURLsAreDerivedOrRefused(_ did: DID, _ expected: String?) {
    #expect((try? did.webDocumentURL(allowsLocalhost: true))?.description == expected)
    if did.identifier.hasPrefix("localhost") {
      #expect(throws: IdentityError(.disallowed, "")) { try did.webDocumentURL() }
    }
  }
}
