import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import Foundation
import ServiceKit
import XRPC

extension PDSData {
  public struct Backup: Sendable {
    public internal(set) var blobCount = 0
    /// The number of bytes copied: blobs, database, and the data of other services.
    public internal(set) var byteCount = 0
    /// Blobs whose bytes do not match their CIDs; they are copied anyway.
    public internal(set) var findings: [PDSFinding] = []
  }

  /// Copies a snapshot of the database, and its blobs. The server may be running. A server that is
  /// started with the copy as its data directory continues from that moment.
  ///
  /// The database appears last, after everything else is durable: a directory without one is not a
  /// backup.
  ///
  /// - Parameters:
  ///   - directory: a new or empty directory.
  ///   - others: copies the data of other services that the accounts depend on, such as a PLC
  ///     directory for development. It is called with the directory after the database has been
  ///     copied and before it appears, and returns the number of bytes that it wrote.
  public func backUp(
    to directory: String,
    copyingAlso others: (String) throws -> Int = { _ in 0 }
  ) async throws -> Backup {
    try Self.prepare(directory)
    let target = FileBlobstore(existing: directory + "/blobs")
    var backup = Backup()
    // Most blobs are copied before the snapshot, so that blobs that are deleted right after it are
    // included.
    for try await page in blobs.list() {
      for blob in page { try await copy(blob.cid, to: target, &backup) }
    }
    // If a blob is added after that, and deleted before it is copied, a later snapshot is needed.
    for _ in 0..<5 {
      let snapshot = try store.snapshot(to: directory)
      guard try await copyBlobs(of: snapshot, to: target, &backup) else {
        try snapshot.discard()
        continue
      }
      backup.byteCount += try others(directory)
      // The copy is a separate database: its server must not sweep the blobs of the original.
      let name = SecureRandom.base32(26)
      try FileBlobstore.writeName(name, directory + "/blobs")
      backup.byteCount += try snapshot.publish(as: name)
      return backup
    }
    throw ServiceError(.storage, "cannot back up the blobs: they change too fast; try again")
  }

  /// Copies the blobs of a snapshot that have not been copied yet. Returns false if one has been
  /// deleted since.
  private func copyBlobs(
    of snapshot: any PDSSnapshot,
    to target: FileBlobstore,
    _ backup: inout Backup
  ) async throws -> Bool {
    var last: CID?
    while true {
      let page = try snapshot.blobs(after: last, limit: 1000)
      for cid in page where !target.contains(cid) {
        if try await copy(cid, to: target, &backup) {
          continue
        } else if try await store.read({ try $0.blobs.isHeld(cid) }) {
          backup.findings.append(.damage("blob \(cid)", "its file is missing"))
        } else {
          return false
        }
      }
      guard let end = page.last else { return true }
      last = end
    }
  }

  private static func prepare(_ directory: String) throws {
    let files = FileManager.default
    do {
      try files.createDirectory(
        atPath: directory + "/blobs",
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
      // Set the permissions even if the directory existed, because it will contain signing keys.
      try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
      guard try files.contentsOfDirectory(atPath: directory) == ["blobs"],
        try files.contentsOfDirectory(atPath: directory + "/blobs").isEmpty
      else { throw ServiceError(.storage, "cannot back up to \(directory): it is not empty") }
    } catch let error as ServiceError {
      throw error
    } catch {
      throw ServiceError(cannotCreate: directory, error)
    }
  }

  /// Returns false if the blob does not exist.
  @discardableResult
  private func copy(
    _ cid: CID,
    to target: FileBlobstore,
    _ backup: inout Backup
  ) async throws -> Bool {
    guard let bytes = try await blobs.stream(cid) else { return false }
    try target.makeFolder(of: cid)
    let copy = try File(writing: target.path(of: cid))
    var hasher = SHA256()
    for try await chunk in bytes {
      hasher.update(chunk)
      try copy.write(chunk)
      backup.byteCount += chunk.count
    }
    try copy.finish()
    backup.blobCount += 1
    if CID(codec: .raw, digest: hasher.finalize()) != cid {
      backup.findings.append(.damage("blob \(cid)", "its bytes are not those of its CID"))
    }
    return true
  }
}
