import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

@Suite struct RecordProofTests {
  static func repository() throws -> Repository {
    var store = MemoryBlockStore()
    return try RepositoryTests.create(100, in: &store)
  }

  static func verify(_ car: [UInt8], _ number: Int) throws -> RecordProof {
    try RecordProof(
      car: car,
      path: Fixture.path(number),
      did: Fixture.did,
      key: Fixture.key.publicKey
    )
  }

  @Test("a proof shows that a record exists or does not exist", arguments: [0, 42, 99, 100, 5000])
  func proofShowsPresenceOrAbsence(number: Int) throws {
    let repository = try Self.repository()
    let car = try repository.carProof(of: Fixture.path(number))
    let proof = try Self.verify(car, number)
    #expect(proof.commit == repository.commit)
    #expect(proof.path == Fixture.path(number))
    #expect(proof.record == (number < 100 ? Fixture.record(number) : nil))
    #expect((proof.cid == nil) == (proof.record == nil))

    // Every block is needed.
    let blocks = try CARBlocks(car)
    for missing in blocks.cids {
      var writer = CARWriter(roots: blocks.roots)
      for cid in blocks.cids where cid != missing { writer.append(cid, blocks.block(cid)!) }
      #expect(throws: RepoError(.missingBlock, "")) { try Self.verify(writer.bytes, number) }
    }
  }

  @Test("a proof of something else is rejected")
  func proofOfSomethingElseIsRefused() throws {
    let repository = try Self.repository()
    let path = Fixture.path(7)
    let car = try repository.carProof(of: path)
    #expect(throws: RepoError(.badSignature, "")) {
      let other = PrivateKey(generating: .k256).publicKey
      return try RecordProof(car: car, path: path, did: Fixture.did, key: other)
    }
    #expect(throws: RepoError(.fieldMismatch, "")) {
      let key = Fixture.key.publicKey
      return try RecordProof(car: car, path: path, did: "did:plc:other", key: key)
    }
    // The path to another record is different.
    let tree = repository.tree
    for number in 0..<100 where number != 7 {
      if let proof = try? Self.verify(car, number) {
        #expect(try proof.cid == tree.value(Fixture.key(Fixture.path(number).string)))
      }
    }
    #expect(throws: RepoError(.malformedCAR, "")) {
      try Self.verify(CARWriter(roots: []).bytes, 7)
    }
  }
}
