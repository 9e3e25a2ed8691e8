import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import LexiconResolution
import Testing

/// Proofs that are not what they should be.
@Suite struct LexiconProofTests {
  static let nsid: NSID = "com.example.note"

  static func code(_ car: [UInt8], _ repository: TestRepository) -> LexiconError.Code? {
    let described = LexiconRepository(
      did: repository.did,
      pds: .init(TestNetwork.pds)!,
      key: repository.publicKey
    )
    do throws(LexiconError) {
      _ = try ResolvedLexicon(proof: car, of: nsid, in: described)
      return nil
    } catch {
      return error.code
    }
  }

  private let repository = TestRepository([nsid])

  @Test("proofs with keys of both curves are valid", arguments: [Curve.p256, .k256])
  func bothCurvesAreValid(_ curve: Curve) throws {
    var repository = repository
    repository.key = PrivateKey(generating: curve)
    #expect(Self.code(try repository.proof(of: Self.nsid), repository) == nil)
    #expect(Self.code(try repository.forgedProof(of: Self.nsid), repository) == nil)
  }

  @Test("a commit of another account is refused")
  func otherAccountIsRefused() throws {
    let car = try repository.forgedProof(of: Self.nsid) {
      $0["did"] = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
    }
    #expect(Self.code(car, repository) == .invalidProof)
  }

  @Test("a commit of another version is refused", arguments: [1, 2, 4])
  func otherVersionIsRefused(_ version: Int) throws {
    let car = try repository.forgedProof(of: Self.nsid) { $0["version"] = .integer(version) }
    #expect(Self.code(car, repository) == .invalidProof)
  }

  @Test("a commit without a field, or with one of another type, is refused")
  func incompleteCommitIsRefused() throws {
    for field in ["did", "version", "data", "rev", "prev"] {
      let without = try repository.forgedProof(of: Self.nsid) { $0[field] = nil }
      #expect(Self.code(without, repository) == .invalidProof, "\(field)")
      let other = try repository.forgedProof(of: Self.nsid) { $0[field] = true }
      #expect(Self.code(other, repository) == .invalidProof, "\(field)")
    }
    let unsigned = try repository.forgedProof(of: Self.nsid, signature: { _ in nil })
    #expect(Self.code(unsigned, repository) == .invalidProof)
  }

  @Test("a commit that is not signed with the key in the document is refused")
  func otherKeyIsRefused() throws {
    let car = try repository.proof(of: Self.nsid)
    var other = repository
    other.key = PrivateKey(generating: .p256)
    #expect(Self.code(car, other) == .invalidSignature)
    for change in [
      { $0.dropLast() + [] }, { $0 + [0] }, { _ in [] },
      { [$0[0] ^ 1] + $0.dropFirst() }, { _ in [UInt8](repeating: 0, count: 64) },
    ] as [([UInt8]) -> [UInt8]] {
      let forged = try repository.forgedProof(of: Self.nsid, signature: change)
      #expect(Self.code(forged, repository) == .invalidSignature)
    }
  }

  @Test(
    "a signature with the high S is refused",
    arguments: [
      (.p256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
      (.k256, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
    ] as [(Curve, String)]
  )
  func highSIsRefused(_ curve: Curve, _ order: String) throws {
    var repository = repository
    repository.key = PrivateKey(generating: curve)
    let digits = Array(order)
    let order = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)!
    }
    let car = try repository.forgedProof(of: Self.nsid) { _ in
    } signature: { signature in
      // n - s, which is as valid by the equation alone.
      var borrow = 0
      var high: [UInt8] = []
      for (n, s) in zip(order.reversed(), signature[32...].reversed()) {
        let difference = Int(n) - Int(s) - borrow
        borrow = difference < 0 ? 1 : 0
        high.append(UInt8(difference & 0xFF))
      }
      return signature[..<32] + high.reversed()
    }
    #expect(Self.code(car, repository) == .invalidSignature)
  }

  @Test("a proof has exactly one root, the commit")
  func rootIsTheCommit() throws {
    let changes: [(inout [CID], inout [(CID, [UInt8])]) -> Void] = [
      { roots, _ in roots = [] },
      { roots, _ in roots.append(roots[0]) },
      { roots, blocks in roots.append(blocks.first { $0.0 != roots[0] }!.0) },
      { roots, blocks in roots = [blocks.first { $0.0 != roots[0] }!.0] },
      { roots, _ in roots = [CID(hashingDAGCBOR: [0xA0])] },
      { roots, _ in roots = [CID(hashingRaw: [1])] },
    ]
    for (index, change) in changes.enumerated() {
      let car = try repository.changedProof(of: Self.nsid, change)
      #expect(Self.code(car, repository) == .invalidProof, "\(index)")
    }
  }

  @Test("blocks may be in any order, and others may be among them")
  func orderDoesNotMatter() throws {
    let car = try repository.changedProof(of: Self.nsid) { _, blocks in
      blocks.reverse()
      blocks.insert((CID(hashingRaw: [1, 2]), [1, 2]), at: 0)
    }
    #expect(Self.code(car, repository) == nil)
  }

  @Test("each block is needed, and its hash is checked, even if the proof does not need it")
  func everyBlockIsChecked() throws {
    let count = try CARBlocks(repository.proof(of: Self.nsid)).count
    #expect(count >= 3)
    for index in 0..<count {
      let without = try repository.changedProof(of: Self.nsid) { $1.remove(at: index) }
      #expect(Self.code(without, repository) == .invalidProof)
      let changed = try repository.changedProof(of: Self.nsid) { $1[index].1[0] ^= 1 }
      #expect(Self.code(changed, repository) == .invalidProof)
    }
    let wrong = try repository.changedProof(of: Self.nsid) { _, blocks in
      blocks.append((CID(hashingRaw: [1]), [2]))
    }
    #expect(Self.code(wrong, repository) == .invalidProof)
    // A hash function that cannot be checked: identity.
    let identity = try CID(bytes: [0x01, 0x55, 0x00, 0x01, 0x09])
    let unchecked = try repository.changedProof(of: Self.nsid) { $1.append((identity, [9])) }
    #expect(Self.code(unchecked, repository) == .invalidProof)
  }

  @Test("a file that is not a CAR file of version 1 is refused")
  func otherFilesAreRefused() throws {
    let car = try repository.proof(of: Self.nsid)
    #expect(Self.code([], repository) == .invalidProof)
    #expect(Self.code(Array("<html>".utf8), repository) == .invalidProof)
    for length in stride(from: 1, to: car.count, by: 7) {
      #expect(Self.code(Array(car[..<length]), repository) == .invalidProof)
    }
    #expect(Self.code(car + [5], repository) == .invalidProof)
    // The header ends in the version.
    var other = car
    let version = try #require(car.firstRange(of: Array("version".utf8))?.upperBound)
    other[version] = 2
    #expect(Self.code(other, repository) == .invalidProof)
    #expect(Self.code([0xFF, 0xFF, 0xFF, 0xFF, 0x7F], repository) == .tooLarge)
  }

  @Test("a path that ends without the record proves that it is absent")
  func absenceIsProven() throws {
    let other = TestRepository(["com.example.other", "com.example.third"])
    let car = try other.proof(of: Self.nsid)
    #expect(Self.code(car, other) == .recordNotFound)
    // A proof of another record is not one of absence, unless it has the nodes.
    var large = TestRepository()
    for number in 0..<200 { large.publish(try NSID("com.example.n\(number)")) }
    large.publish(Self.nsid)
    var codes: Set<LexiconError.Code?> = []
    for number in 0..<40 {
      let proof = try large.proof(of: NSID("com.example.n\(number)"))
      codes.insert(Self.code(proof, large))
    }
    #expect(codes.contains(.invalidProof) && !codes.contains(.recordNotFound))
  }

  @Test("a record whose CID is not that of DAG-CBOR is refused")
  func rawRecordIsRefused() throws {
    let record = try #require(repository.records[Self.nsid.string])
    let cid = CID(hashingRaw: record)
    var tree = try MerkleSearchTree(
      sorted: [(key: try MSTKey("\(LexiconResolver.collection)/\(Self.nsid)"), value: cid)],
      store: MemoryBlockStore()
    )
    let commit = Commit(
      did: repository.did,
      data: tree.root,
      rev: TestRepository.rev(1),
      signedBy: repository.key
    )
    var writer = CARWriter(roots: [commit.cid])
    writer.append(commit.cid, commit.block)
    for (cid, block) in tree.takeChanges().created { writer.append(cid, block) }
    writer.append(cid, record)
    #expect(Self.code(writer.bytes, repository) == .invalidProof)
  }

  @Test(
    "a record of more than 1 MiB is too large",
    arguments: [(1 << 20, true), (1 << 20 + 1, false)]
  )
  func largeRecordIsRefused(_ size: Int, _ isAllowed: Bool) throws {
    var repository = repository
    var document = TestRepository.document(Self.nsid)
    document["padding"] = ""
    // A text of this length has four more bytes for its length.
    let padding = size - document.cborBytes().count - 4
    document["padding"] = .string(String(repeating: "x", count: padding))
    repository.records[Self.nsid.string] = document.cborBytes()
    #expect(repository.records[Self.nsid.string]?.count == size)
    #expect(
      Self.code(try repository.proof(of: Self.nsid), repository) == (isAllowed ? nil : .tooLarge)
    )
  }
}
