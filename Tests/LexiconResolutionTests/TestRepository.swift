import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import LexiconResolution

/// A repository of Lexicon documents and what can be forged about it.
struct TestRepository: Sendable {
  static let did: DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
  static let limits = CommitLimits(operations: .max, record: .max, slice: .max)

  var did = Self.did
  var key = PrivateKey(generating: .p256)
  var revision: UInt64 = 1
  /// Records by record key.
  var records: [String: [UInt8]] = [:]

  static func path(_ recordKey: String) throws -> RepoPath {
    RepoPath(LexiconResolver.collection, try RecordKey(recordKey))
  }

  /// A document with a definition that says which version it is.
  static func document(_ nsid: NSID, version: Int = 1) -> DataValue {
    [
      "$type": "com.atproto.lexicon.schema", "lexicon": 1, "id": .string(nsid.string),
      "defs": ["main": ["type": "token", "description": .string("version \(version)")]],
    ]
  }

  init(_ nsids: [NSID] = []) {
    for nsid in nsids { publish(nsid) }
  }

  mutating func publish(_ nsid: NSID, version: Int = 1) {
    records[nsid.string] = Self.document(nsid, version: version).cborBytes()
  }

  static func rev(_ number: UInt64) -> TID {
    TID(microseconds: 1_700_000_000_000_000 + number, clockIdentifier: 1)!
  }

  func cid(of nsid: NSID) -> CID? {
    records[nsid.string].map { CID(hashingDAGCBOR: $0) }
  }

  func proof(of nsid: NSID) throws -> [UInt8] {
    var store = MemoryBlockStore()
    let (repository, result) = try Repository.create(
      did,
      // Other records, so that a path has several nodes.
      writes: (0..<50).map { .create(try RepoPath("com.example.other/\($0)"), record: [0xA0]) }
        + records.map { .create(try Self.path($0.key), record: $0.value) },
      rev: Self.rev(revision),
      key: key,
      limits: Self.limits,
      store: store
    )
    store.apply(result.changes)
    return try Repository(head: repository.commit.cid, store: store)
      .carProof(of: try Self.path(nsid.string))
  }

  /// The proof with another commit.
  ///
  /// - Parameters:
  ///   - change: changes the fields of the commit before it is signed.
  ///   - sign: changes the signature.
  func forgedProof(
    of nsid: NSID,
    commit change: (inout DataValue) -> Void = { _ in },
    signature sign: ([UInt8]) -> [UInt8]? = { $0 }
  ) throws -> [UInt8] {
    let car = try CARBlocks(proof(of: nsid), limits: .init(block: 8 << 20))
    let head = car.roots[0]
    var commit = try DataValue(cbor: car.block(head)!)
    commit["sig"] = nil
    change(&commit)
    commit["sig"] = sign(key.sign(commit.cborBytes())).map { .bytes(Bytes($0)) }
    let block = commit.cborBytes()
    let forged = CID(hashingDAGCBOR: block)
    var writer = CARWriter(roots: [forged])
    writer.append(forged, block)
    for cid in car.cids where cid != head { writer.append(cid, car.block(cid)!) }
    return writer.bytes
  }

  /// The proof with other roots and blocks.
  func changedProof(
    of nsid: NSID,
    _ change: (inout [CID], inout [(CID, [UInt8])]) -> Void
  ) throws -> [UInt8] {
    let car = try CARBlocks(proof(of: nsid))
    var roots = car.roots
    var blocks = car.cids.sorted().map { ($0, car.block($0)!) }
    change(&roots, &blocks)
    var writer = CARWriter(roots: roots)
    for (cid, block) in blocks { writer.append(cid, block) }
    return writer.bytes
  }

  var publicKey: PublicKey { key.publicKey }

  /// The DID document.
  func didDocument(pds: String = TestNetwork.pds, key: PublicKey? = nil) -> String {
    let multikey = (key ?? publicKey).didKey.dropFirst("did:key:".count)
    return """
      {"id":"\(did)","alsoKnownAs":["at://alice.example.com"],
       "verificationMethod":[{"id":"\(did)#atproto","type":"Multikey","controller":"\(did)",
         "publicKeyMultibase":"\(multikey)"}],
       "service":[{"id":"#atproto_pds","type":"AtprotoPersonalDataServer",
         "serviceEndpoint":"\(pds)"}]}
      """
  }
}
