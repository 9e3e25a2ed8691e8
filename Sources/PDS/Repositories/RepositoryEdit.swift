import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ServiceKit
import XRPC
import XRPCServer

/// A change to an account's repository, within a transaction.
struct RepositoryEdit {
  private var repository: Repository
  private let transaction: any PDSTransaction
  private let key: PrivateKey
  private let tids: TIDGenerator

  var did: DID { repository.did }

  init(of did: DID, in transaction: any PDSTransaction, _ tids: TIDGenerator) throws {
    guard let head = try transaction.repositories.head(of: did) else {
      throw ServiceError(.corruption, "\(did) has no repository")
    }
    self.transaction = transaction
    self.tids = tids
    let blocks = transaction.repositories.blocks(of: did)
    repository = try Repository(head: head.head, store: blocks)
    key = try transaction.accounts.signingKey(of: did)
  }

  /// Creates the empty repository of a new account.
  static func create(
    _ did: DID,
    key: PrivateKey,
    in transaction: any PDSTransaction,
    _ tids: TIDGenerator
  ) throws {
    let blocks = transaction.repositories.blocks(of: did)
    let result = try Repository.create(did, rev: tids.next(), key: key, store: blocks).result
    try store(result, blobs: [], in: transaction)
    // Consumers cannot verify the first commit against an earlier one.
    if try transaction.accounts.status(of: did)?.isActive == true {
      try transaction.sequence.append(.sync(result.commit))
    }
  }

  /// Throws `InvalidSwap` unless the newest commit is `cid`; nil accepts any.
  func checkCommit(is cid: CID?) throws {
    if let cid, cid != repository.commit.cid {
      throw UnknownFailure.invalidSwap("the current commit is \(repository.commit.cid)")
    }
  }

  /// Throws `InvalidSwap` unless the record at `path` is `cid`; nil requires that it does not
  /// exist.
  func checkRecord(at path: RepoPath, is cid: CID?) throws {
    let current = try record(path)
    if current != cid {
      throw UnknownFailure.invalidSwap(
        current.map { "the current record is \($0)" } ?? "the record does not exist"
      )
    }
  }

  /// The CID of the record at a path. Returns nil if it does not exist.
  func record(_ path: RepoPath) throws -> CID? {
    try transaction.repositories.records(of: did).cid(path)
  }

  /// Creates the next commit, and appends it to the firehose if the account is active. A
  /// deactivated account can be written to while it migrates here, but does not emit events
  /// (Account specification).
  ///
  /// Updates that do not change their record are not part of the commit.
  ///
  /// - Returns: nil if no write changes anything, in which case no commit is created.
  mutating func commit(_ writes: [CheckedWrite]) throws -> Commit? {
    let writes = try writes.filter { write in
      guard case .update(let path, let record) = write else { return true }
      return try self.record(path) != record.cid
    }
    if writes.isEmpty { return nil }
    guard let rev = tids.next(after: repository.commit.rev) else {
      throw ServiceError(.corruption, "\(did) has no later revision")
    }
    for write in writes { try check(write.record?.blobs ?? []) }
    let result: CommitResult
    do {
      result = try repository.apply(writes.map(\.write), rev: rev, key: key)
    } catch let error as RepoError where error.isInvalidRequest {
      throw XRPCServerError.invalidRequest(error.reason)
    }
    for record in writes.compactMap(\.record) where !record.blobs.isEmpty {
      try transaction.blobs.addReferences(
        record.blobs.map(\.ref),
        from: record.cid,
        rev: rev,
        of: did
      )
    }
    let blobs = writes.flatMap { $0.record?.blobs.map(\.ref) ?? [] }
    try Self.store(result, blobs: blobs, in: transaction)
    return result.commit
  }

  /// Blob specification: a record may only reference blobs that have been uploaded.
  private func check(_ blobs: [Blob]) throws {
    for blob in blobs {
      guard let entry = try transaction.blobs.blob(blob.ref, of: did), !entry.isTakenDown else {
        throw UnknownFailure(
          XRPCErrorBody(
            name: "BlobNotFound",
            message: "blob \(blob.ref) not found; upload it first"
          )
        )
      }
      if blob.mimeType != entry.mimeType {
        throw UnknownFailure(
          XRPCErrorBody(
            name: "InvalidMimeType",
            message: "the record declares \(blob.mimeType), but the blob is \(entry.mimeType)"
          )
        )
      }
      if let size = blob.size, size != entry.size {
        throw UnknownFailure(
          XRPCErrorBody(
            name: "InvalidSize",
            message: "the record declares \(size) bytes, but the blob has \(entry.size)"
          )
        )
      }
    }
  }

  private static func store(
    _ result: CommitResult,
    blobs: [CID],
    in transaction: any PDSTransaction
  ) throws {
    let commit = result.commit
    let records = transaction.repositories.records(of: commit.did)
    let blocks = transaction.repositories.blocks(of: commit.did)
    for operation in result.operations { try records.set(operation.path, operation.cid) }
    try blocks.remove(result.changes.removed)
    for (cid, block) in result.changes.created {
      try blocks.insert(cid, block, rev: commit.rev)
    }
    let fallen = try result.replacedRecords.filter { try !records.contains($0) }
    try blocks.remove(fallen)
    try transaction.blobs.removeReferences(from: fallen, of: commit.did)
    try transaction.repositories.setHead(
      RepositoryHead(did: commit.did, head: commit.cid, rev: commit.rev)
    )
    if try transaction.accounts.status(of: commit.did)?.isActive == true {
      try transaction.sequence.append(.commit(result, blobs: blobs))
    }
  }
}

extension RepoError {
  /// Whether the request is the cause, not the stored repository.
  fileprivate var isInvalidRequest: Bool {
    [.tooLarge, .invalidPath, .recordExists, .recordMissing, .repeatedPath].contains(code)
  }
}

extension UnknownFailure {
  static func invalidSwap(_ message: String) -> UnknownFailure {
    UnknownFailure(XRPCErrorBody(name: "InvalidSwap", message: message))
  }
}
