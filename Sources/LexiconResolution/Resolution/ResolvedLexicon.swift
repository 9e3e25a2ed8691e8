import ATProtoCrypto
public import ATProtoData
public import ATProtoHTTP
import ATProtoRepo
public import ATProtoSyntax

/// A Lexicon document with the proof, already verified, that its authority published it.
public struct ResolvedLexicon: Hashable, Sendable {
  /// The NSID.
  public let nsid: NSID
  /// The account whose repository has the document.
  public let did: DID
  /// The CID of the record.
  public let cid: CID
  /// The revision of the repository in which the record was found.
  public let rev: TID
  /// The PDS that the DID document names.
  public let pds: HTTPURL
  /// The record: the document and `$type`.
  public let record: DataValue
  /// The record in DAG-CBOR.
  public let bytes: [UInt8]
  /// How long the answer of the name servers may be cached; nil if they were not asked.
  public internal(set) var authorityTimeToLive: Duration?

  /// The AT-URI of the record.
  public var uri: String { Self.uri(of: nsid, in: did) }

  static func uri(of nsid: NSID, in did: DID) -> String {
    "at://\(did)/\(LexiconResolver.collection)/\(nsid)"
  }

  /// The path of a document in its repository: "the record key is the NSID".
  static func path(of nsid: NSID) -> RepoPath? {
    (try? RecordKey(nsid.string)).map { RepoPath(LexiconResolver.collection, $0) }
  }

  /// Verifies the response of `com.atproto.sync.getRecord` and checks the record in it.
  ///
  /// - Throws: ``LexiconError/Code/invalidProof``, ``LexiconError/Code/invalidSignature``,
  ///   ``LexiconError/Code/recordNotFound``, ``LexiconError/Code/tooLarge``, or
  ///   ``LexiconError/Code/invalidRecord``.
  public init(
    proof car: [UInt8],
    of nsid: NSID,
    in repository: LexiconRepository,
    limits: LexiconLimits = LexiconLimits()
  ) throws(LexiconError) {
    guard let path = Self.path(of: nsid) else {
      throw LexiconError(.invalidNsid, "\(nsid) is not a valid record key")
    }
    let proof: RecordProof
    do {
      proof = try RecordProof(
        singleRootedCAR: car,
        path: path,
        did: repository.did,
        key: repository.key,
        // A block comes with its CID.
        limits: CARLimits(block: limits.recordBytes + 128)
      )
    } catch {
      throw LexiconError(proof: error)
    }
    guard let cid = proof.cid, let bytes = proof.record else {
      throw LexiconError(.recordNotFound, "\(repository.did) has not published it")
    }
    guard cid.isBlessed, cid.codec == .dagCBOR else {
      throw LexiconError(.invalidProof, "the CID of the record is not that of DAG-CBOR")
    }
    guard bytes.count <= limits.recordBytes else {
      throw LexiconError(.tooLarge, "the record is larger than \(limits.recordBytes) bytes")
    }
    self.nsid = nsid
    did = repository.did
    self.cid = cid
    rev = proof.commit.rev
    pds = repository.pds
    record = try DataValue(lexicon: bytes, nsid, limits)
    self.bytes = bytes
  }

  /// Returns the document if it has the CID, or if any is allowed.
  func checked(_ expected: CID?) throws(LexiconError) -> ResolvedLexicon {
    guard let expected, expected != cid else { return self }
    throw LexiconError(.cidMismatch, "the published document has the CID \(cid), not \(expected)")
  }

  /// Creates a copy whose record is read again from its bytes.
  init(_ other: StoredLexicon) throws(LexiconError) {
    nsid = other.nsid
    did = other.did
    cid = other.cid
    rev = other.rev
    pds = other.pds
    bytes = other.bytes
    record = try DataValue(lexicon: other.bytes, other.nsid, other.limits)
  }
}

extension RecordProof {
  /// Verifies a CAR file that has exactly one root, and whose blocks all have a hash that can be
  /// checked (Sync specification, "the first CID … must be the commit").
  init(
    singleRootedCAR car: [UInt8],
    path: RepoPath,
    did: DID,
    key: PublicKey,
    limits: CARLimits
  ) throws {
    let blocks = try CARBlocks(car, limits: limits)
    guard blocks.roots.count == 1 else {
      throw RepoError(.malformedCAR, "a proof with \(blocks.roots.count) roots")
    }
    guard blocks.uncheckedBlockCount == 0 else {
      throw RepoError(.wrongHash, "a proof with blocks whose hash cannot be checked")
    }
    try self.init(blocks, path: path, did: did, key: key)
  }
}
