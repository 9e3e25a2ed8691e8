public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// A signed commit: the top object of a repository, version 3 (Repository specification, "Commit
/// Objects").
public struct Commit: Hashable, Sendable {
  /// The version of the repository format.
  public static let version = 3

  /// The account.
  public let did: DID
  /// The CID of the top node of the tree.
  public let data: CID
  /// The revision, which increases with each commit.
  public let rev: TID
  /// The previous commit: "virtually always null" in version 3.
  public let prev: CID?
  /// The signature: 64 bytes, r and s.
  public let signature: [UInt8]

  /// The commit in DAG-CBOR.
  public let block: [UInt8]
  /// The CID of the block.
  public let cid: CID

  private let unsigned: [UInt8]

  /// Creates and signs a commit.
  public init(did: DID, data: CID, rev: TID, prev: CID? = nil, signedBy key: PrivateKey) {
    var fields = CommitData(did: did.string, rev: rev.string, data: data, prev: prev)
    unsigned = fields.cborBytes()
    signature = key.sign(unsigned)
    fields.signature = Bytes(signature)
    block = fields.cborBytes()
    cid = CID(hashingDAGCBOR: block)
    self.did = did
    self.data = data
    self.rev = rev
    self.prev = prev
  }

  /// Reads a commit and checks that its block has the hash in `cid`. The signature is not checked.
  ///
  /// Throws ``RepoError/Code/wrongHash`` or ``RepoError/Code/invalidCommit``.
  public init(block: [UInt8], cid: CID) throws(RepoError) {
    guard cid.isBlessed, cid.codec == .dagCBOR, cid.identifies(block) else {
      throw RepoError(.wrongHash, "a block does not have the hash of commit \(cid)")
    }
    var fields: CommitData
    do throws(DataError) {
      fields = try CommitData(cbor: block)
    } catch {
      throw RepoError(.invalidCommit, "\(cid): \(error)")
    }
    guard fields.version == Self.version else {
      throw RepoError(
        .invalidCommit,
        "unsupported version \(fields.version) of the repository format"
      )
    }
    // "Commit objects with non-compliant prev or data links are considered invalid."
    for link in [fields.data, fields.prev].compactMap(\.self) where link.codec != .dagCBOR {
      throw RepoError(.invalidCommit, "a link to something other than DAG-CBOR")
    }
    guard let signature = fields.signature?.array else {
      throw RepoError(.invalidCommit, "the commit does not have a signature")
    }
    do throws(SyntaxError) {
      did = try DID(fields.did)
      rev = try TID(fields.rev)
    } catch {
      throw RepoError(.invalidCommit, "\(error)")
    }
    data = fields.data
    prev = fields.prev
    self.signature = signature
    self.block = block
    self.cid = cid
    fields.signature = nil
    unsigned = fields.cborBytes()
  }

  /// Checks the signature. Throws ``RepoError/Code/badSignature`` if it was not made with `key`.
  public func verify(_ key: PublicKey) throws(RepoError) {
    guard key.isValidSignature(signature, for: unsigned) else {
      throw RepoError(.badSignature, "the signature of commit \(cid) is not valid")
    }
  }
}

/// The fields of a commit in the order of their serialization, with or without signature. Unknown
/// fields are kept, because the signature covers them.
private struct CommitData: LexiconObject {
  static let fields = FieldTable("did rev sig data prev version")

  var did: String
  var rev: String
  var signature: Bytes?
  var data: CID
  var prev: CID?
  var version: Int
  var unknownFields = UnknownFields()

  init(did: String, rev: String, data: CID, prev: CID?) {
    self.did = did
    self.rev = rev
    self.data = data
    self.prev = prev
    version = Commit.version
  }

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var did: String?
    var rev: String?
    var data: CID?
    var prev: Nullable<CID>?
    var version: Int?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: did = try String(from: &reader)
      case 1: rev = try String(from: &reader)
      case 2: signature = try Bytes(from: &reader)
      case 3: data = try CID(from: &reader)
      case 4: prev = try Nullable(from: &reader)
      default: version = try Int(from: &reader)
      }
    }
    self.did = try reader.required(did, 0, object)
    self.rev = try reader.required(rev, 1, object)
    self.data = try reader.required(data, 3, object)
    // "In version 3 repos, this field must exist in the CBOR object".
    self.prev = try reader.required(prev, 4, object).value
    self.version = try reader.required(version, 5, object)
    unknownFields = reader.unknownFields(object)
  }

  func encode(to writer: inout DataWriter) {
    var object = writer.beginObject(Self.fields, unknownFields)
    writer.field(0, did, &object)
    writer.field(1, rev, &object)
    writer.optional(2, signature, &object)
    writer.field(3, data, &object)
    writer.field(4, Nullable(prev), &object)
    writer.field(5, version, &object)
    writer.endObject(&object)
  }
}

extension Commit {
  /// A CAR file of the commit alone: `blocks` of a `#sync` message.
  public func carFile() -> [UInt8] {
    var writer = CARWriter(roots: [cid])
    writer.append(cid, block)
    return writer.bytes
  }
}
