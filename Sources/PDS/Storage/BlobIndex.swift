import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// What is known of blobs, and which records refer to them. Their bytes are in ``FileBlobstore``.
protocol BlobIndex {
  /// A blob of an account, whether referred to or not.
  func blob(_ cid: CID, of did: DID) throws -> BlobEntry?
  /// Adds a blob, temporary until a record refers to it; one that is there gets young again.
  func insert(_ blob: BlobEntry, of did: DID) throws
  func remove(_ cid: CID, of did: DID) throws
  /// Whether a record of the account refers to the blob.
  func isReferred(_ cid: CID, of did: DID) throws -> Bool
  /// Whether any account has the blob: accounts share files.
  func isHeld(_ cid: CID) throws -> Bool
  /// Bytes of all blobs of an account.
  func size(of did: DID) throws -> Int
  func setTakenDown(_ cid: CID, _ isTakenDown: Bool, of did: DID) throws

  /// Notes that the record at `path`, which the revision `rev` brought, refers to `cids`, and to no
  /// other blobs.
  func setReferences(_ cids: [CID], at path: RepoPath, rev: TID, of did: DID) throws
  func removeReferences(of did: DID) throws
  /// The blobs that the record at `path` refers to.
  func references(at path: RepoPath, of did: DID) throws -> [CID]
  /// Of all records of an account.
  func referenceCount(of did: DID) throws -> Int
  /// Removes all blobs of an account with their references, and gives those that were here.
  func removeAll(of did: DID) throws -> [CID]

  /// A page of the blobs that records refer to, in the order of their CIDs as text.
  ///
  /// - Parameter since: only those of records that came after the revision.
  func page(of did: DID, since: TID?, after cursor: String?, limit: Int) throws -> [CID]
  /// A page of the blobs that records refer to and that are not here, each with one such record.
  func missing(of did: DID, after cursor: String?, limit: Int) throws -> [MissingBlob]
  func counts(of did: DID) throws -> BlobCounts

  /// Blobs that no record refers to and that were uploaded before `seconds`.
  func unreferred(before seconds: Int, limit: Int) throws -> [HeldBlob]
  /// All blobs of an account, referred to or not.
  func held(of did: DID) throws -> [CID]
}

struct BlobEntry: Sendable {
  var cid: CID
  var mimeType: String
  /// Bytes.
  var size: Int
  /// Seconds since 1970.
  var uploadedAt: Int
  var isTakenDown = false
}

/// A blob that a record refers to and that is not here.
struct MissingBlob: Sendable {
  var cid: CID
  var path: RepoPath
}

struct HeldBlob: Sendable {
  var did: DID
  var cid: CID
}

/// Different blobs that an account's records refer to, and how many of them are here.
struct BlobCounts: Sendable {
  var referred: Int
  var present: Int
}
