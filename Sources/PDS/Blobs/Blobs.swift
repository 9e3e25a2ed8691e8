import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import Logging
import ServiceKit
import XRPC
import XRPCServer

/// The blobs of accounts: their rows in the blob index and their bytes in the blobstore.
struct Blobs: Sendable {
  let store: any PDSStore
  let blobstore: any Blobstore
  let lifecycle: BlobLifecycle
  /// The maximum total size of an account's blobs, in bytes; nil for no limit.
  let quota: Int?
  /// The time for which a blob is kept without a record that references it, in seconds.
  let gracePeriod: Int
  let logger: Logger

  init(
    _ storage: PDSStorage,
    _ configuration: PDSConfiguration,
    _ logger: Logger
  ) {
    store = storage.store
    blobstore = storage.blobs
    lifecycle = BlobLifecycle(store, blobstore)
    self.logger = logger
    quota = configuration.blobQuota
    gracePeriod = configuration.blobGracePeriod
  }

  /// Stores a blob. It is durable when this returns, and is removed after the grace period unless a
  /// record references it by then.
  ///
  /// Throws `InvalidRequest` if the blob is empty, `BlobTakendown` or `BlobQuotaExceeded`.
  ///
  /// - Parameter body: its content type is used if the bytes do not reveal one.
  func upload(_ body: RawBody, of did: DID) async throws -> Blob {
    let upload = try await blobstore.beginUpload()
    // The route limits the length of the stream.
    for try await chunk in body.stream { try await upload.append(chunk) }
    let cid = try await upload.finish()
    // Data Model specification, "`blob` Type": the size is positive.
    guard upload.size > 0 else { throw XRPCServerError.invalidRequest("the blob is empty") }
    let declared = MediaType.essence(body.contentType)
    let entry = BlobEntry(
      cid: cid,
      mimeType: MediaSniffer.type(of: upload.start)
        ?? (MediaType.isConcrete(declared) ? declared : "application/octet-stream"),
      size: upload.size,
      uploadedAt: currentSeconds()
    )
    let stored = try await lifecycle.commit(upload, as: cid) { [quota] transaction in
      try transaction.register(entry, of: did, quota: quota)
    }
    return Blob(ref: cid, mimeType: stored.mimeType, size: stored.size)
  }

  /// The bytes of a blob that a record references, and its MIME type.
  ///
  /// Throws `BlobNotFound`, or the reason why the account is not served.
  ///
  /// - Parameter includesHidden: whether to serve an account that is not active.
  func content(
    of cid: CID,
    of did: DID,
    includesHidden: Bool
  ) async throws -> (stream: ByteStream, mimeType: String) {
    let entry = try await store.read { transaction -> BlobEntry? in
      _ = try transaction.servedHead(of: did, includesHidden: includesHidden)
      guard try transaction.blobs.isReferred(cid, of: did) else { return nil }
      return try transaction.blobs.blob(cid, of: did)
    }
    guard let entry, !entry.isTakenDown, let stream = try await blobstore.stream(cid) else {
      throw ComAtproto.Sync.GetBlob.Failure.blobNotFound(message: "blob \(cid) not found")
    }
    return (stream, entry.mimeType)
  }

  /// A page of the blobs that an account's records reference.
  ///
  /// Throws the reason why the account is not served.
  ///
  /// - Parameters:
  ///   - since: includes only blobs of records that are newer than this revision.
  ///   - includesHidden: whether to serve an account that is not active.
  func page(
    of did: DID,
    since: TID?,
    after cursor: String?,
    limit: Int,
    includesHidden: Bool
  ) async throws -> BlobPage {
    try await store.read { transaction in
      _ = try transaction.servedHead(of: did, includesHidden: includesHidden)
      return try transaction.blobs.page(of: did, since: since, after: cursor, limit: limit)
    }
  }

  /// A page of the blobs that an account's records reference and that have not been uploaded.
  func missing(of did: DID, after cursor: String?, limit: Int) async throws -> [MissingBlob] {
    try await store.read { transaction in
      try transaction.blobs.missing(of: did, after: cursor, limit: limit)
    }
  }
}

// Garbage collection.
extension Blobs {
  /// Deletes blobs that no record has referenced during the grace period, and finishes deletions
  /// that failed.
  func collect() async throws {
    try await lifecycle.resumeDeletions()
    let cutoff = currentSeconds() - gracePeriod
    while true {
      // Scans all blobs in a read transaction, so that writers do not wait for it.
      let found = try await store.read { transaction in
        try transaction.blobs.unreferred(before: cutoff, limit: 100)
      }
      if found.isEmpty { return }
      let removed = try await store.write { transaction in
        try found.filter { blob in
          // The blob may have been uploaded again, or a record may reference it by now.
          let uploadedAt = try transaction.blobs.blob(blob.cid, of: blob.did)?.uploadedAt
          guard let uploadedAt, uploadedAt < cutoff,
            try !transaction.blobs.isReferred(blob.cid, of: blob.did)
          else { return false }
          try transaction.blobs.remove(blob.cid, of: blob.did)
          return true
        }.map(\.cid)
      }
      try await lifecycle.delete(removed)
    }
  }

  /// Deletes objects that are not in the index, which a crash can leave behind. Objects younger than
  /// the grace period are kept: there is no hurry, and an operator who starts the server with the
  /// wrong settings has time to notice.
  func sweep() async throws {
    try await lifecycle.resumeDeletions()
    let cutoff = currentSeconds() - gracePeriod
    let count = try await lifecycle.sweep(storedBefore: cutoff)
    if count > 0 {
      logger.notice("removed blob files without an account", metadata: ["count": "\(count)"])
    }
  }
}

extension PDSTransaction {
  /// Adds an uploaded blob to the index. Its MIME type is that of the first upload.
  ///
  /// - Parameter quota: the maximum total size of the account's blobs, in bytes; nil for no limit.
  fileprivate func register(_ entry: BlobEntry, of did: DID, quota: Int?) throws -> BlobEntry {
    // A blob that was taken down may have been removed from the index since.
    if try takedowns.reference(of: .blob(did, entry.cid)) != nil {
      throw UnknownFailure(
        XRPCErrorBody(name: "BlobTakendown", message: "the blob has been taken down")
      )
    }
    let known = try blobs.blob(entry.cid, of: did)
    if known == nil, let quota, try blobs.size(of: did) + entry.size > quota {
      throw UnknownFailure(
        XRPCErrorBody(
          name: "BlobQuotaExceeded",
          message: "the blobs of an account are limited to \(quota) bytes"
        )
      )
    }
    try blobs.insert(entry, of: did)
    return try blobs.blob(entry.cid, of: did) ?? entry
  }
}

extension MediaType {
  /// Whether a media type names a single type and is valid in a header field: no wildcard, no white
  /// space.
  static func isConcrete(_ essence: String) -> Bool {
    let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+/".utf8)
    return essence.utf8.count <= 127 && essence.utf8.allSatisfy(allowed.contains)
      && matches(essence, pattern: "*/*")
  }
}
