package import ATProtoData
package import ATProtoRepo
package import ATProtoSyntax

/// The blobs of accounts, and the records that reference them. Their bytes are in a blobstore.
package protocol BlobIndex {
  /// A blob of an account, referenced or not.
  func blob(_ cid: CID, of did: DID) throws -> BlobEntry?
  /// Adds a blob, which is temporary until a record references it. If it exists, only its time of
  /// upload changes.
  func insert(_ blob: BlobEntry, of did: DID) throws
  func remove(_ cid: CID, of did: DID) throws
  /// Whether a record of the account references the blob.
  func isReferred(_ cid: CID, of did: DID) throws -> Bool
  /// Whether any account has the blob: accounts share its bytes.
  func isHeld(_ cid: CID) throws -> Bool
  /// Whether there is any blob at all.
  func isEmpty() throws -> Bool
  /// The total size of an account's blobs, in bytes.
  func size(of did: DID) throws -> Int
  func setTakenDown(_ cid: CID, _ isTakenDown: Bool, of did: DID) throws

  /// Stores that a record, written in the revision `rev`, references `cids`. References belong to a
  /// record, not to its paths: a repository can have one record at any number of paths.
  func addReferences(_ cids: [CID], from record: CID, rev: TID, of did: DID) throws
  /// Removes the references from records that are no longer at any path.
  func removeReferences(from records: [CID], of did: DID) throws
  func removeReferences(of did: DID) throws
  /// The blobs that a record references, in the order of their text.
  func references(from record: CID, of did: DID) throws -> [CID]
  /// The number of references from all distinct records of an account.
  func referenceCount(of did: DID) throws -> Int
  /// Removes all blobs of an account and their references, and returns the blobs.
  func removeAll(of did: DID) throws -> [CID]

  /// A page of the blobs that records reference, ordered by the text of their CIDs. It ends after
  /// `limit` blobs, or after ``BlobPage/maximumScan`` that were looked at.
  ///
  /// - Parameter since: includes only references from records written after this revision.
  func page(of did: DID, since: TID?, after cursor: String?, limit: Int) throws -> BlobPage
  /// A page of the referenced blobs that the account does not have, ordered by the text of their
  /// CIDs. Each has the first path of the record that references it and whose CID is the smallest.
  func missing(of did: DID, after cursor: String?, limit: Int) throws -> [MissingBlob]
  func counts(of did: DID) throws -> BlobCounts

  /// Blobs that no record references and that were uploaded before `seconds` since 1970.
  func unreferred(before seconds: Int, limit: Int) throws -> [HeldBlob]
  /// All blobs of an account, referenced or not, ordered by the text of their CIDs.
  func held(of did: DID) throws -> [CID]

  /// Marks the deletion of the bytes of blobs as begun, except blobs that an account has or that
  /// are already being deleted.
  ///
  /// - Parameters:
  ///   - generation: a number that no other deletion has; replaces that of an earlier one.
  ///   - seconds: the current time, in seconds since 1970.
  ///   - abandoned: unfinished deletions that began before this time have been abandoned.
  /// - Returns: the marked blobs.
  func beginDeletion(
    of cids: [CID],
    as generation: Int,
    at seconds: Int,
    abandonedBefore abandoned: Int
  ) throws -> [CID]
  /// Marks the deletion of blobs as finished, unless another one has begun.
  func finishDeletion(of cids: [CID], as generation: Int, at seconds: Int) throws
  /// The latest deletion of a blob's bytes; nil if there was none or its record has been removed.
  func deletion(of cid: CID) throws -> BlobDeletion?
  /// Blobs whose deletion began before `seconds` since 1970 and has not finished.
  func unfinishedDeletions(before seconds: Int, limit: Int) throws -> [CID]
  /// Removes the records of deletions that finished before `seconds` since 1970.
  func forgetDeletions(before seconds: Int) throws
}

package struct BlobEntry: Hashable, Sendable {
  package var cid: CID
  package var mimeType: String
  /// In bytes.
  package var size: Int
  /// Seconds since 1970.
  package var uploadedAt: Int
  package var isTakenDown: Bool

  package init(
    cid: CID,
    mimeType: String,
    size: Int,
    uploadedAt: Int,
    isTakenDown: Bool = false
  ) {
    self.cid = cid
    self.mimeType = mimeType
    self.size = size
    self.uploadedAt = uploadedAt
    self.isTakenDown = isTakenDown
  }
}

package struct BlobPage: Hashable, Sendable {
  /// Limits what a caller without credentials can make the database do: blobs that are not newer
  /// than `since` are looked at, too.
  package static let maximumScan = 5_000

  package var cids: [CID]
  /// The cursor of the next page; nil if this page is the last.
  package var next: String?

  package init(cids: [CID] = [], next: String? = nil) {
    self.cids = cids
    self.next = next
  }
}

/// A blob that a record references and that the account does not have.
package struct MissingBlob: Hashable, Sendable {
  package var cid: CID
  package var path: RepoPath

  package init(cid: CID, path: RepoPath) {
    self.cid = cid
    self.path = path
  }
}

package struct HeldBlob: Hashable, Sendable {
  package var did: DID
  package var cid: CID

  package init(did: DID, cid: CID) {
    self.did = did
    self.cid = cid
  }
}

/// The number of distinct blobs that an account's records reference, and how many of them exist.
package struct BlobCounts: Hashable, Sendable {
  package var referred: Int
  package var present: Int

  package init(referred: Int, present: Int) {
    self.referred = referred
    self.present = present
  }
}

/// The state of the deletion of a blob's bytes.
package struct BlobDeletion: Hashable, Sendable {
  /// Distinguishes one deletion from another.
  package var generation: Int
  package var isFinished: Bool

  package init(generation: Int, isFinished: Bool) {
    self.generation = generation
    self.isFinished = isFinished
  }
}
