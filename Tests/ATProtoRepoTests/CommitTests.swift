import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

@Suite struct CommitTests {
  static let data = CID(hashingDAGCBOR: [0xa0])

  static func fields(_ change: (inout DataValue) -> Void = { _ in }) throws -> [UInt8] {
    let commit = Commit(did: Fixture.did, data: data, rev: Fixture.tid(1), signedBy: Fixture.key)
    var value = try DataValue(cbor: commit.block)
    change(&value)
    return value.cborBytes()
  }

  @Test("a signed commit is read back and verified", arguments: Curve.allCases)
  func signsAndReads(curve: Curve) throws {
    let key = PrivateKey(generating: curve)
    let commit = Commit(did: Fixture.did, data: Self.data, rev: Fixture.tid(1), signedBy: key)
    let read = try Commit(block: commit.block, cid: commit.cid)
    #expect(read == commit)
    #expect(read.prev == nil)
    try read.verify(key.publicKey)
    #expect(throws: RepoError(.badSignature, "")) { try read.verify(Fixture.key.publicKey) }
  }

  /// The signature covers the SHA-256 hash of the DAG-CBOR form without `sig`; `prev` is null, not
  /// absent.
  @Test("a commit has the fields that the specification requires")
  func commitFollowsTheSpecification() throws {
    let commit = Commit(
      did: Fixture.did,
      data: Self.data,
      rev: Fixture.tid(1),
      signedBy: Fixture.key
    )
    var value = try DataValue(cbor: commit.block)
    #expect(value.object?.keys == ["did", "rev", "sig", "data", "prev", "version"])
    #expect(value["prev"] == .null)
    #expect(value["version"] == .integer(3))
    value["sig"] = nil
    #expect(
      Fixture.key.publicKey.isValidSignature(commit.signature, for: value.cborBytes())
    )
  }

  /// A signature also covers fields that are unknown here.
  @Test("unknown fields of a commit are covered by its signature")
  func unknownFieldsAreSigned() throws {
    var unsigned = try DataValue(cbor: Self.fields())
    unsigned["sig"] = nil
    unsigned["later"] = .string("x")
    var signed = unsigned
    signed["sig"] = .bytes(Bytes(Fixture.key.sign(unsigned.cborBytes())))
    let block = signed.cborBytes()
    try Commit(block: block, cid: CID(hashingDAGCBOR: block)).verify(Fixture.key.publicKey)
  }

  @Test(
    "a malformed commit is rejected",
    arguments: [
      try! fields { $0["version"] = .integer(2) },
      try! fields { $0["version"] = nil },
      try! fields { $0["prev"] = nil },
      try! fields { $0["prev"] = .string("x") },
      try! fields { $0["prev"] = .link(CID(hashingRaw: [])) },
      try! fields { $0["data"] = .link(CID(hashingRaw: [])) },
      try! fields { $0["data"] = .null },
      try! fields { $0["sig"] = nil },
      try! fields { $0["sig"] = .string("x") },
      try! fields { $0["did"] = .string("alice.example") },
      try! fields { $0["rev"] = .string("1") },
      [], [0xa0], [0x80], [0xff],
    ]
  )
  func isRefused(block: [UInt8]) {
    #expect(throws: RepoError(.invalidCommit, "")) {
      try Commit(block: block, cid: CID(hashingDAGCBOR: block))
    }
  }

  @Test("a signature of the wrong length is rejected")
  func signatureOfAnotherLengthIsBad() throws {
    let block = try Self.fields { $0["sig"] = .bytes([1, 2, 3]) }
    let commit = try Commit(block: block, cid: CID(hashingDAGCBOR: block))
    #expect(throws: RepoError(.badSignature, "")) { try commit.verify(Fixture.key.publicKey) }
  }

  @Test("a commit whose block has a different hash is rejected")
  func hashIsChecked() throws {
    let block = try Self.fields()
    #expect(throws: RepoError(.wrongHash, "")) { try Commit(block: block, cid: Self.data) }
    #expect(throws: RepoError(.wrongHash, "")) {
      try Commit(block: block, cid: CID(hashingRaw: block))
    }
  }

  @Test(
    "a path is an NSID, a slash, and a record key",
    arguments: [
      ("com.example.record/3jui7kd54zh2y", true), ("com.example.record/self", true),
      ("com.example.record/a:b~c", true), ("", false), ("com.example.record", false),
      ("com.example.record/", false), ("/com.example.record/a", false), ("com.example/a", false),
      ("com.example.record/a/b", false), ("com.example.record/.", false),
      ("com.example.record/..", false), ("com.example.record/a b", false),
      ("COM.example.record/a", false),
    ]
  )
  func paths(text: String, isValid: Bool) {
    let path = try? RepoPath(text)
    #expect((path != nil) == isValid)
    if let path { #expect(path.string == text) }
  }
}
