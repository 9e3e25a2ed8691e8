import ATProtoCrypto
import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Testing

@Suite struct LabelSignatureTests {
  /// A label of a labeler on the network, with the key in its DID document at that time.
  private static func real() throws -> (label: Label, key: PublicKey) {
    let signature = "uCRNA5mTzh078T5xZtkvLEt/O+z0gsKM3aqRI/lVAB8ZtbMnznwS/JwHopZE40JhNNDj80z8gsDLAp"
    let label = Label(
      ver: 1,
      src: "did:plc:n3timvoib5nau7gvwd6cshap",
      uri: "did:plc:44ybard66vv44zksje25o7dz",
      val: "bladerunner",
      cts: "2024-10-23T17:51:19.128Z",
      sig: Bytes(base64: signature + "/hWqG5Pg")
    )
    return (label, try PublicKey(multikey: "zQ3shcnfWLQN1bY4d2patsEAYFzy4xp1zdckEvHsV7S4ocTnC"))
  }

  @Test func realLabelVerifies() throws {
    let (label, key) = try Self.real()
    #expect(label.hasValidSignature(by: key))
    #expect(label.signedBytes.count == 128)
    #expect(
      SHA256.hash(label.signedBytes).bytes.map(format).joined()
        == "a133884893b7a7e4a21c44b9708b0d3cb9c2fff041f12b6ec52ff92fad6b5ad7"
    )
    try label.check()
  }

  private func format(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// ECDSA Signature Malleability: n - s verifies in general, but not in this protocol.
  @Test func highSIsRejected() throws {
    var (label, key) = try Self.real()
    let order: [UInt8] = [
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36,
      0x41, 0x41,
    ]
    var signature = try #require(label.sig).array
    var borrow = 0
    for index in (0..<32).reversed() {
      let difference = Int(order[index]) - Int(signature[32 + index]) - borrow
      signature[32 + index] = UInt8(truncatingIfNeeded: difference)
      borrow = difference < 0 ? 1 : 0
    }
    label.sig = Bytes(signature)
    #expect(!label.hasValidSignature(by: key))
  }

  @Test(arguments: Curve.allCases)
  func signatureCoversEveryField(_ curve: Curve) {
    let labeler = TestLabeler("a", curve)
    let label = labeler.label(
      cid: Sample.cid(1),
      isNegation: true,
      until: "2027-01-01T00:00:00.000Z"
    )
    #expect(label.hasValidSignature(by: labeler.key.publicKey) && label.ver == 1)
    let changes: [(inout Label) -> Void] = [
      { $0.ver = 2 }, { $0.src = "did:web:b.example.com" }, { $0.uri = "did:web:b.example.com" },
      { $0.cid = nil }, { $0.cid = FormatString(Sample.cid(2).string) }, { $0.val = "other" },
      { $0.neg = nil }, { $0.neg = false }, { $0.cts = "2026-01-01T00:00:00.001Z" },
      { $0.exp = nil }, { $0.exp = "2028-01-01T00:00:00.000Z" }, { $0.sig = nil },
      { $0.sig?.array.removeLast() },
    ]
    for change in changes {
      var changed = label
      change(&changed)
      #expect(!changed.hasValidSignature(by: labeler.key.publicKey))
    }
    #expect(!label.hasValidSignature(by: TestLabeler("a", curve).key.publicKey))
  }

  /// "Not any `$type` field or other un-specified fields."
  @Test func signedBytesHaveOnlySpecifiedFields() throws {
    let labeler = TestLabeler()
    var label = labeler.label(cid: Sample.cid(1), until: "2027-01-01T00:00:00.000Z")
    label.unknownFields = ["$type": "com.atproto.label.defs#label", "note": ["x": 1]]
    let signed = try DataValue(cbor: label.signedBytes)
    #expect(signed.object?.keys == ["cid", "cts", "exp", "src", "uri", "val", "ver"])
    #expect(label.hasValidSignature(by: labeler.key.publicKey))
    label.sign(with: labeler.key)
    #expect(label.unknownFields.isEmpty)
  }

  @Test func negFalseIsNeverSigned() throws {
    let labeler = TestLabeler()
    var label = labeler.label()
    label.neg = false
    label.sign(with: labeler.key)
    #expect(label.neg == nil)
    #expect(try DataValue(cbor: label.signedBytes)["neg"] == nil)
  }

  /// Labelers exist that sign it.
  @Test func explicitNegFalseStillVerifies() throws {
    let labeler = TestLabeler()
    var label = labeler.label()
    label.neg = false
    label.sig = Bytes(labeler.key.sign(label.signedBytes))
    #expect(try DataValue(cbor: label.signedBytes)["neg"] == false)
    #expect(label.hasValidSignature(by: labeler.key.publicKey))
    #expect(label.isActive(at: .now))
  }

  /// JSON has the signature as unpadded base64 in `$bytes`, and reads it back.
  @Test func signatureSurvivesJSON() throws {
    let (label, key) = try Self.real()
    let json = label.jsonString()
    #expect(json.contains(#""sig":{"$bytes":"uCRNA5mT"#) && !json.contains("="))
    #expect(try Label(json: json).hasValidSignature(by: key))
  }
}
