import ATProtoHTTP
import ATProtoData
import ATProtoSyntax
import Logging
import XRPC
import XRPCServer

extension PDSCore {
  /// Stores a blob, temporary until a record refers to it. It is on the disk when this returns.
  ///
  /// - Parameter type: what the client says it is; goes where the bytes do not tell.
  func upload(_ body: RawBody, of did: DID) async throws -> Blob {
    let upload = try await blobFolder.perform { [blobFolder] in try blobFolder.beginUpload() }
    // The route's limit bounds the stream.
    for try await chunk in body.stream {
      try await blobFolder.perform { try upload.append(chunk) }
    }
    let cid = try await blobFolder.perform { try upload.finish() }
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
    // Between placing the file and noting the blob, the file may be swept away.
    for _ in 0..<3 {
      try await blobFolder.perform { [blobFolder] in try blobFolder.keep(upload, as: cid) }
      if let noted = try await note(entry, of: did) {
        return Blob(ref: cid, mimeType: noted.mimeType, size: noted.size)
      }
    }
    throw PDSError(.storage, "an upload was swept away three times")
  }

  /// What is known of the blob, whose type stays as it was first told; nil where its file is gone.
  private func note(_ entry: BlobEntry, of did: DID) async throws -> BlobEntry? {
    try await store.write { [blobFolder, configuration] transaction in
      let blobs = transaction.blobs
      guard blobFolder.contains(entry.cid) else { return nil }
      let known = try blobs.blob(entry.cid, of: did)
      // The row of one that nothing refers to may have gone since.
      if try transaction.takedowns.reference(of: .blob(did, entry.cid)) != nil {
        throw UnknownFailure(
          XRPCErrorBody(name: "BlobTakendown", message: "the blob was taken down")
        )
      }
      if known == nil, let quota = configuration.blobQuota,
        try blobs.size(of: did) + entry.size > quota
      {
        throw UnknownFailure(
          XRPCErrorBody(
            name: "BlobQuotaExceeded",
            message: "the blobs of an account may have \(quota) bytes"
          )
        )
      }
      try blobs.insert(entry, of: did)
      return try blobs.blob(entry.cid, of: did)
    }
  }

  /// Forgets blobs that no record has referred to for the grace period, and removes the files that
  /// no account has.
  func collectBlobs() async throws {
    let cutoff = currentSeconds() - configuration.blobGracePeriod
    while true {
      // Looks at all blobs that there are: writers do not wait for that.
      let found = try await store.read { transaction in
        try transaction.blobs.unreferred(before: cutoff, limit: 100)
      }
      if found.isEmpty { return }
      let removed = try await store.write { transaction in
        try found.filter { blob in
          // Somebody may have uploaded it again, or written a record with it.
          let uploadedAt = try transaction.blobs.blob(blob.cid, of: blob.did)?.uploadedAt
          guard let uploadedAt, uploadedAt < cutoff,
            try !transaction.blobs.isReferred(blob.cid, of: blob.did)
          else { return false }
          try transaction.blobs.remove(blob.cid, of: blob.did)
          return true
        }.map(\.cid)
      }
      try await removeFiles(removed)
    }
  }

  /// Removes files of blobs that no account has any more.
  ///
  /// Within a transaction of writers, so that none of them notes a blob meanwhile; after the rows
  /// are gone for good, so that no row is left without its file.
  ///
  /// - Returns: how many of the blobs no account has.
  @discardableResult
  func removeFiles(_ cids: [CID]) async throws -> Int {
    try await store.write { [blobFolder] transaction in
      var count = 0
      for cid in cids where try !transaction.blobs.isHeld(cid) {
        try blobFolder.remove(cid)
        count += 1
      }
      return count
    }
  }

  /// Removes files that no row tells of: a crash came between the two. Young ones stay: there is no
  /// hurry, and who has started a server with settings that do not belong together may see it.
  func sweepBlobs() async throws {
    let cutoff = currentSeconds() - configuration.blobGracePeriod
    let cids = try await blobFolder.perform { [blobFolder] in
      var cids: [CID] = []
      try blobFolder.forEach { cid in
        if let madeAt = blobFolder.madeAt(cid), madeAt <= cutoff { cids.append(cid) }
      }
      return cids
    }
    var count = 0
    for start in stride(from: 0, to: cids.count, by: 500) {
      count += try await removeFiles(Array(cids[start..<min(start + 500, cids.count)]))
    }
    if count > 0 { logger.notice("removed files without blobs", metadata: ["count": "\(count)"]) }
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
