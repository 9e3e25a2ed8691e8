import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import Foundation
import XRPC

extension PDSData {
  public struct Backup: Sendable {
    public internal(set) var blobCount = 0
    /// Of the blobs and the database.
    public internal(set) var byteCount = 0
    /// Blobs whose bytes are not those that their CIDs name; copied as they are.
    public internal(set) var findings: [PDSFinding] = []
  }

  /// Copies the database, as of one moment, and the blobs that it knows, while the server may run;
  /// in development its directory of did:plc, too.
  /// A server started with `folder` as its data folder goes on from that moment.
  ///
  /// The database appears last, when all else is on the disk: a folder without one is no backup.
  ///
  /// - Parameter folder: new, or empty.
  public func backUp(to folder: String) async throws -> Backup {
    try Self.prepare(folder)
    let target = FileBlobstore(existing: folder + "/blobs")
    let database = "\(folder)/\(SQLiteStore.fileName)"
    let temporary = database + ".part"
    var backup = Backup()
    // Most blobs come before the snapshot, so that what is collected right after it is there.
    try blobFolder.forEach { cid in try copy(cid, to: target, &backup) }
    // A blob that came after that and is gone already asks for a later snapshot.
    for _ in 0..<5 {
      try? FileManager.default.removeItem(atPath: temporary)
      try store.copy(to: temporary)
      var isWhole = true
      try SQLiteStore.forEachBlob(inCopy: temporary) { cid in
        if target.contains(cid) { return }
        if blobFolder.contains(cid) {
          try copy(cid, to: target, &backup)
        } else if try store.holds(cid) {
          backup.findings.append(.damage("blob \(cid)", "its file is missing"))
        } else {
          isWhole = false
        }
      }
      guard isWhole else { continue }
      try copyDirectory(to: folder, &backup)
      // The copy is a database of its own: it must not sweep the blobs of the first.
      let name = SecureRandom.base32(26)
      try SQLiteStore.detach(copy: temporary, name)
      try FileBlobstore.writeName(name, folder + "/blobs")
      backup.byteCount += try File(reading: temporary).length
      try FileBlobstore.sync(temporary)
      guard rename(temporary, database) == 0 else {
        throw PDSError(.storage, "\(database) cannot be made: error \(errno)")
      }
      try FileBlobstore.sync(folder)
      return backup
    }
    throw PDSError(.storage, "blobs came and went too fast for a backup")
  }

  /// In development a directory of did:plc has its database in the data folder, without which nobody
  /// would know the accounts. It is copied after the server's: identities are made before accounts.
  private func copyDirectory(to folder: String, _ backup: inout Backup) throws {
    let name = "plc.sqlite"
    let source = URL(filePath: store.path).deletingLastPathComponent().appending(
      path: "plc/\(name)"
    )
    guard FileManager.default.fileExists(atPath: source.path) else { return }
    let target = folder + "/plc"
    try? FileManager.default.removeItem(atPath: target)
    try FileManager.default.createDirectory(
      atPath: target,
      withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700]
    )
    let copy = "\(target)/\(name)"
    try SQLiteStore.copy(source.path, to: copy)
    backup.byteCount += try File(reading: copy).length
    try FileBlobstore.sync(copy)
    try FileBlobstore.sync(target)
  }

  private static func prepare(_ folder: String) throws {
    let files = FileManager.default
    do {
      try files.createDirectory(
        atPath: folder + "/blobs",
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
      // Also where the folder was there: it is going to hold signing keys.
      try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
      guard try files.contentsOfDirectory(atPath: folder) == ["blobs"],
        try files.contentsOfDirectory(atPath: folder + "/blobs").isEmpty
      else { throw PDSError(.storage, "\(folder) is not empty") }
    } catch let error as PDSError {
      throw error
    } catch {
      throw PDSError(folder, cannotBeMade: error)
    }
  }

  private func copy(_ cid: CID, to target: FileBlobstore, _ backup: inout Backup) throws {
    let source: File
    do {
      source = try File(reading: blobFolder.path(of: cid))
    } catch {
      // Collected meanwhile.
      if !blobFolder.contains(cid) { return }
      throw error
    }
    try target.makeFolder(of: cid)
    let copy = try File(writing: target.path(of: cid))
    var hasher = SHA256()
    while true {
      let bytes = try source.read(256 << 10)
      if bytes.isEmpty { break }
      hasher.update(bytes)
      try copy.write(bytes)
      backup.byteCount += bytes.count
    }
    try copy.finish()
    backup.blobCount += 1
    if CID(codec: .raw, digest: hasher.finalize()) != cid {
      backup.findings.append(.damage("blob \(cid)", "its bytes are not those of its CID"))
    }
  }
}
