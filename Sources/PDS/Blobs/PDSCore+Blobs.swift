import ATProtoData
import ATProtoSyntax
import Logging
import XRPC

extension PDSCore {
  /// Stores a blob, temporary until a record refers to it. It is on the disk when this returns.
  ///
  /// - Parameter type: what the client says it is; goes where the bytes do not tell.
  func upload(_ body: RawBody, of did: DID) async throws -> Blob {
    let upload = try await blobstore.beginUpload()
    // The route's limit bounds the stream.
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
    let stored = try await blobLifecycle.commit(upload, as: cid) { [configuration] transaction in
      try transaction.blobs.register(
        entry,
        of: did,
        quota: configuration.blobQuota,
        takedowns: transaction.takedowns
      )
    }
    return Blob(ref: cid, mimeType: stored.mimeType, size: stored.size)
  }

  /// Deletes blobs that no record has referenced for the grace period, and finishes deletions that
  /// failed.
  func collectBlobs() async throws {
    try await blobLifecycle.resumeDeletions()
    let cutoff = currentSeconds() - configuration.blobGracePeriod
    while true {
      // Scans all blobs, so not in a transaction that writers wait for.
      let found = try await store.read { transaction in
        try transaction.blobs.unreferred(before: cutoff, limit: 100)
      }
      if found.isEmpty { return }
      let removed = try await store.write { transaction in
        try found.filter { blob in
          // It may have been uploaded again since, or a record may reference it now.
          let uploadedAt = try transaction.blobs.blob(blob.cid, of: blob.did)?.uploadedAt
          guard let uploadedAt, uploadedAt < cutoff,
            try !transaction.blobs.isReferred(blob.cid, of: blob.did)
          else { return false }
          try transaction.blobs.remove(blob.cid, of: blob.did)
          return true
        }.map(\.cid)
      }
      try await blobLifecycle.delete(removed)
    }
  }

  /// Deletes objects without a row, which a crash may have left.
  func sweepBlobs() async throws {
    try await blobLifecycle.resumeDeletions()
    let cutoff = currentSeconds() - configuration.blobGracePeriod
    let count = try await blobLifecycle.sweep(storedBefore: cutoff)
    if count > 0 {
      logger.notice("deleted unreferenced blob files", metadata: ["count": "\(count)"])
    }
  }
}

extension BlobIndex {
  /// Inserts an uploaded blob. If the account has it already, its media type does not change.
  ///
  /// - Parameter quota: Bytes of all blobs of the account.
  fileprivate func register(
    _ entry: BlobEntry,
    of did: DID,
    quota: Int?,
    takedowns: any TakedownStore
  ) throws -> BlobEntry {
    // Not read from the row, which may have been collected since.
    if try takedowns.reference(of: .blob(did, entry.cid)) != nil {
      throw UnknownFailure(
        XRPCErrorBody(name: "BlobTakendown", message: "the blob was taken down")
      )
    }
    let known = try blob(entry.cid, of: did)
    if known == nil, let quota, try size(of: did) + entry.size > quota {
      throw UnknownFailure(
        XRPCErrorBody(
          name: "BlobQuotaExceeded",
          message: "the blobs of an account may have \(quota) bytes"
        )
      )
    }
    try insert(entry, of: did)
    return try blob(entry.cid, of: did) ?? entry
  }
}

extension MediaType {
  /// Whether an essence names one type and is fit for a header field: no pattern, no white space.
  fileprivate static func isConcrete(_ essence: String) -> Bool {
    let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+/".utf8)
    return essence.utf8.count <= 127 && essence.utf8.allSatisfy(allowed.contains)
      && matches(essence, pattern: "*/*")
  }
}
