import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import Testing

@Suite struct PLCLimitsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var refusal: PLCError.Code?
    var change: @Sendable (inout PLCData) -> Void

    init(
      _ name: String,
      _ refusal: PLCError.Code?,
      _ change: @escaping @Sendable (inout PLCData) -> Void
    ) {
      testDescription = name
      self.refusal = refusal
      self.change = change
    }
  }

  static let key = PrivateKey(generating: .k256)

  static func keys(_ count: Int) -> [String] {
    (0..<count).map { _ in PrivateKey(generating: .p256).publicKey.didKey }
  }

  static let cases: [Case] = [
    Case("plain", nil) { _ in },
    Case("ten aliases", nil) { $0.alsoKnownAs = (0..<10).map { "at://a\($0).test" } },
    Case("eleven aliases", .excess) { $0.alsoKnownAs = (0..<11).map { "at://a\($0).test" } },
    Case("repeated alias", .excess) { $0.alsoKnownAs = ["at://a.test", "at://a.test"] },
    Case("longest alias", nil) { $0.alsoKnownAs = [String(repeating: "a", count: 258)] },
    Case("long alias", .excess) { $0.alsoKnownAs = [String(repeating: "a", count: 259)] },
    Case("ten rotation keys", nil) { $0.rotationKeys = keys(10) },
    Case("eleven rotation keys", .excess) { $0.rotationKeys = keys(11) },
    Case("no rotation key", nil) { $0.rotationKeys = [] },
    Case("repeated rotation key", nil) { $0.rotationKeys += $0.rotationKeys },
    Case("rotation key on an unsupported curve", .malformed) {
      $0.rotationKeys = ["did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"]
    },
    Case("signing key on an unsupported curve", nil) {
      $0.verificationMethods["x"] = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    },
    Case("signing key without did:key", .malformed) { $0.verificationMethods["x"] = "z6Mk" },
    Case("signing key in base64", .malformed) { $0.verificationMethods["x"] = "did:key:mabc" },
    Case("signing key, bad digits", .malformed) { $0.verificationMethods["x"] = "did:key:z0OIl" },
    Case("eleven signing keys", .excess) { data in
      for index in 0..<11 { data.verificationMethods["k\(index)"] = "did:key:z6Mk" }
    },
    Case("key id that is too long", .excess) {
      $0.verificationMethods[String(repeating: "i", count: 33)] = "did:key:z6Mk"
    },
    Case("eleven services", .excess) { data in
      for index in 0..<11 { data.services["s\(index)"] = .init(type: "T", endpoint: "https://a.b") }
    },
    Case("service id that is too long", .excess) {
      $0.services[String(repeating: "i", count: 33)] = .init(type: "T", endpoint: "https://a.b")
    },
    Case("type that is too long", .excess) {
      $0.services["s"] = .init(type: String(repeating: "t", count: 257), endpoint: "https://a.b")
    },
    Case("endpoint that is too long", .excess) {
      $0.services["s"] = .init(type: "T", endpoint: String(repeating: "e", count: 513))
    },
    Case("more than 4000 bytes", .excess) { data in
      for index in 0..<9 {
        data.services["s\(index)"] = .init(type: "T", endpoint: String(repeating: "e", count: 500))
      }
    },
  ]

  @Test(arguments: cases) func directoryLimitsAreEnforced(_ test: Case) {
    var data = PLCData(rotationKeys: [Self.key.publicKey.didKey])
    test.change(&data)
    let operation = PLCOperation(genesis: data, signedBy: Self.key)
    #expect(
      plcCode { () throws(PLCError) in try PLCLimits.directory.check(operation) } == test.refusal
    )
  }

  /// "Must include least 1 key and at most 5 keys, with no duplication."
  @Test(arguments: [(0, false), (1, true), (5, true), (6, false)])
  func authorLimitsAreEnforced(_ count: Int, _ isValid: Bool) {
    let operation = PLCOperation(
      genesis: PLCData(rotationKeys: Self.keys(count)),
      signedBy: Self.key
    )
    let code = plcCode { () throws(PLCError) in try PLCLimits.author.check(operation) }
    #expect(code == (isValid ? nil : .excess))
  }

  @Test func authorLimitsRefuseDuplicateKeys() {
    let key = Self.key.publicKey.didKey
    let operation = PLCOperation(genesis: PLCData(rotationKeys: [key, key]), signedBy: Self.key)
    #expect(plcCode { () throws(PLCError) in try PLCLimits.author.check(operation) } == .excess)
  }

  @Test func specificationAllows7500Bytes() {
    var data = PLCData(rotationKeys: [Self.key.publicKey.didKey])
    for index in 0..<9 {
      data.services["s\(index)"] = .init(type: "T", endpoint: String(repeating: "e", count: 500))
    }
    let operation = PLCOperation(genesis: data, signedBy: Self.key)
    #expect(operation.block.count > 4000 && operation.block.count < 7500)
    #expect(plcCode { () throws(PLCError) in try PLCLimits.specification.check(operation) } == nil)
  }
}
