import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import Testing

@Suite struct PLCOperationTests {
  /// Computed as the specification describes, without the code under test.
  @Test func signedOperationDeterminesDIDAndCID() throws {
    let fixture = try PLCFixture()
    let operation = fixture.genesis
    #expect(operation.value["type"] == "plc_operation" && operation.value["prev"] == .null)
    #expect(operation.value["rotationKeys"]?[0]?.string == fixture.recovery.publicKey.didKey)
    var unsigned = operation.value
    let signature = Base64.url.decode(unsigned["sig"]?.string ?? "") ?? []
    unsigned["sig"] = nil
    #expect(fixture.rotation.publicKey.isValidSignature(signature, for: unsigned.cborBytes()))
    let hash = SHA256.hash(operation.value.cborBytes()).bytes
    #expect(operation.did.string == "did:plc:" + Base32.encode(hash).prefix(24))
    #expect(operation.cid.codec == .dagCBOR && operation.cid.digest == hash)
  }

  @Test func operationsSurviveARoundTrip() throws {
    let operation = try PLCFixture().genesis
    #expect(try PLCOperation(block: operation.block) == operation)
    #expect(try PLCOperation(json: operation.value.jsonBytes()) == operation)
  }

  @Test func legacyOperationDeterminesItsDID() throws {
    let key = PrivateKey(generating: .k256)
    let recovery = PrivateKey(generating: .p256)
    var value: DataValue = [
      "type": "create", "signingKey": .string(key.publicKey.didKey),
      "recoveryKey": .string(recovery.publicKey.didKey), "handle": "alice.test",
      "service": "pds.test", "prev": nil,
    ]
    value["sig"] = .string(Base64.url.encode(key.sign(value.cborBytes())))
    let operation = try PLCOperation(value)
    let data = try #require(operation.data)
    #expect(data.rotationKeys == [recovery.publicKey.didKey, key.publicKey.didKey])
    #expect(data.verificationMethods == ["atproto": key.publicKey.didKey])
    #expect(data.alsoKnownAs == ["at://alice.test"])
    #expect(data.pds == "https://pds.test")
    var log = PLCLog(of: operation.did)
    try log.append(operation, at: PLCFixture.time(0))
    // The holder of the recovery key can continue with an operation in the new form.
    let update = try log.operation(signedBy: recovery) { $0.handle = "bob.test" }
    try log.append(update, at: PLCFixture.time(1))
    #expect(log.data?.handle == "bob.test")
    #expect(
      plcCode { () throws(PLCError) in try PLCLimits.directory.check(operation) } == .malformed
    )
    // The hash of the genesis operation covers the legacy form, not what it is converted to.
    let modern = PLCOperation(genesis: data, signedBy: key)
    #expect(modern.did != operation.did)
  }

  struct Malformation: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout DataValue) -> Void

    init(_ name: String, _ change: @escaping @Sendable (inout DataValue) -> Void) {
      testDescription = name
      self.change = change
    }
  }

  @Test(arguments: [
    Malformation("not an object") { $0 = [] },
    Malformation("no type") { $0["type"] = nil },
    Malformation("another type") { $0["type"] = "plc_other" },
    Malformation("extra field") { $0["extra"] = "x" },
    Malformation("no sig") { $0["sig"] = nil },
    Malformation("sig as bytes") { $0["sig"] = .bytes([1, 2]) },
    Malformation("no prev") { $0["prev"] = nil },
    Malformation("prev as a link") {
      $0["prev"] = .link(CID(codec: .dagCBOR, sha256Digest: [UInt8](repeating: 0, count: 32)))
    },
    Malformation("prev with the CID of a blob") {
      $0["prev"] = .string(
        CID(codec: .raw, sha256Digest: [UInt8](repeating: 0, count: 32)).description
      )
    },
    Malformation("prev is not a CID") { $0["prev"] = "bafy" },
    Malformation("rotation key is a number") { $0["rotationKeys"] = [1] },
    Malformation("rotation keys are a string") { $0["rotationKeys"] = "did:key:z" },
    Malformation("service without an endpoint") { $0["services"] = ["x": ["type": "a"]] },
    Malformation("service with an extra field") {
      $0["services"] = ["x": ["type": "a", "endpoint": "b", "c": "d"]]
    },
    Malformation("aliases are an object") { $0["alsoKnownAs"] = ["a": "b"] },
    Malformation("key is null") { $0["verificationMethods"] = ["atproto": nil] },
    Malformation("tombstone without prev") {
      $0 = ["type": "plc_tombstone", "prev": nil, "sig": "x"]
    },
    Malformation("create with prev") {
      $0 = [
        "type": "create", "signingKey": "a", "recoveryKey": "b", "handle": "c", "service": "d",
        "prev": "x", "sig": "e",
      ]
    },
  ])
  func refuses(_ malformation: Malformation) throws {
    var value = try PLCFixture().genesis.value
    malformation.change(&value)
    #expect(plcCode { () throws(PLCError) in _ = try PLCOperation(value) } == .malformed)
  }

  @Test(arguments: [
    "", "{", "[]", "null", #"{"type":"plc_operation","type":"plc_operation"}"#,
    #"{"type":1.5}"#, String(repeating: "[", count: 100_000),
    #"{"type":"plc_operation","prev":"# + String(repeating: "[", count: 9) + "1",
  ])
  func malformedOperationsAreRefused(_ text: String) {
    #expect(
      plcCode { () throws(PLCError) in _ = try PLCOperation(json: Array(text.utf8)) } == .malformed
    )
  }

  @Test func tooManyRotationKeysAreRefused() throws {
    var value = try PLCFixture().genesis.value
    value["rotationKeys"] = .array(Array(repeating: "did:key:z", count: 65))
    #expect(plcCode { () throws(PLCError) in _ = try PLCOperation(value) } == .excess)
  }

  /// "Non-canonical encodings or High-S values rejected as invalid".
  @Test(arguments: Curve.allCases)
  func nonCanonicalSignaturesAreRefused(_ curve: Curve) throws {
    let key = PrivateKey(generating: curve)
    let keys = [key.publicKey.didKey]
    let operation = PLCOperation(
      genesis: PLCData(rotationKeys: keys, alsoKnownAs: ["at://alice.test"]),
      signedBy: key
    )
    #expect(operation.signer(among: keys) == 0)
    let text = try #require(operation.value["sig"]?.string)
    let bytes = try #require(Base64.url.decode(text))
    var last = text
    // The lowest four bits of the last digit are not part of any byte.
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    last.append(digits[try #require(digits.firstIndex(of: last.removeLast())) + 1])
    let forms = [
      text + "==", text + "\n", " " + text, last, Base64.standard.encode(bytes) + "==", "",
      Base64.url.encode(highS(bytes, curve)), Base64.url.encode(bytes + [0]),
      Base64.url.encode([0x30, 0x44, 0x02, 0x20] + bytes[..<32] + [0x02, 0x20] + bytes[32...]),
      Base64.url.encode([UInt8](repeating: 0, count: 64)),
    ]
    for form in forms {
      var value = operation.value
      value["sig"] = .string(form)
      #expect(try PLCOperation(value).signer(among: keys) == nil, "\(form)")
    }
  }

  /// The other signature that the equation allows: the order minus s.
  private func highS(_ signature: [UInt8], _ curve: Curve) -> [UInt8] {
    let order =
      switch curve {
      case .k256: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
      case .p256: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
      }
    var result = signature
    var borrow = 0
    for (index, byte) in Hex.decode(order)!.enumerated().reversed() {
      let difference = Int(byte) - Int(signature[32 + index]) - borrow
      result[32 + index] = UInt8(truncatingIfNeeded: difference)
      borrow = difference < 0 ? 1 : 0
    }
    return result
  }

  /// The example of the specification, "Presentation as DID Document".
  @Test func stateIsRenderedAsADIDDocument() throws {
    let did: DID = "did:plc:7iza6de2dwap2sbkpav7c6c6"
    let key = "zDnaeh9v2RmcMo13Du2d6pjUf5bZwtauYxj3n9dYjw4EZUAR7"
    var data = PLCData(
      verificationMethods: ["atproto": "did:key:\(key)", "old": "did:key:z6Mk"],
      alsoKnownAs: ["at://alice.test"]
    )
    data.pds = "https://example.test"
    let value = data.document(of: did)
    #expect(
      value["@context"] == [
        "https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1",
        "https://w3id.org/security/suites/ecdsa-2019/v1",
      ]
    )
    #expect(
      value["verificationMethod"]?[0] == [
        "id": "did:plc:7iza6de2dwap2sbkpav7c6c6#atproto", "type": "Multikey",
        "controller": "did:plc:7iza6de2dwap2sbkpav7c6c6", "publicKeyMultibase": .string(key),
      ]
    )
    #expect(value["verificationMethod"]?[1]?["publicKeyMultibase"] == "z6Mk")
    #expect(
      value["service"] == [
        [
          "id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
          "serviceEndpoint": "https://example.test",
        ]
      ]
    )
    let document = try DIDDocument(value)
    #expect(document.claimedHandle == "alice.test")
    #expect(try document.pds.description == "https://example.test")
    #expect(try document.signingKey().multikey == key)
  }
}
