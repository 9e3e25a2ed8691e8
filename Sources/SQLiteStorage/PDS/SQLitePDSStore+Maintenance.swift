import ATProtoData
import Foundation
import GRDB
public import PDS
import ServiceKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

extension SQLitePDSStore: MaintainedPDSStore {
  package func problems() throws -> [String] { try database.problems() }

  package func snapshot(to directory: String) throws -> any PDSSnapshot {
    try SQLitePDSSnapshot(of: database.path, in: directory)
  }
}

/// A copy of a PDS database under a temporary name.
private struct SQLitePDSSnapshot: PDSSnapshot {
  private let directory: String
  private let path: String
  private var temporary: String { path + ".part" }

  init(of database: String, in directory: String) throws {
    self.directory = directory
    path = "\(directory)/\(SQLitePDSStore.fileName)"
    try discard()
    try SQLiteDatabase.copy(database, to: temporary)
  }

  func blobs(after cid: CID?, limit: Int) throws -> [CID] {
    var configuration = Configuration()
    configuration.readonly = true
    let copy = try DatabaseQueue(path: temporary, configuration: configuration)
    defer { try? copy.close() }
    return try copy.read { db in
      try String.fetchAll(
        db,
        sql: "SELECT DISTINCT cid FROM blob WHERE cid > ? ORDER BY cid LIMIT ?",
        arguments: [cid?.string ?? "", limit]
      ).map { try CID($0) }
    }
  }

  func publish(as name: String) throws -> Int {
    let copy = try DatabaseQueue(path: temporary)
    try copy.write { db in
      try SQLiteSecrets(db: db).setDatabaseName(name)
      try SequenceFloor.raise(db, above: "event")
    }
    try copy.close()
    let size = try FileManager.default.attributesOfItem(atPath: temporary)[.size] as? Int
    try DurableFile.sync(temporary)
    guard rename(temporary, path) == 0 else {
      throw ServiceError(.storage, "cannot create \(path): error \(errno)")
    }
    try DurableFile.sync(directory)
    return size ?? 0
  }

  func discard() throws {
    guard unlink(temporary) == 0 || errno == ENOENT else {
      throw ServiceError(.storage, "cannot remove \(temporary): error \(errno)")
    }
  }
}

extension PDSData {
  /// Opens the data of a server of this version that uses SQLite.
  ///
  /// Throws ``ServiceError``, or an error of the database.
  ///
  /// - Parameter blobDirectory: `blobs` in the data directory if nil.
  public init(dataDirectory: String, blobDirectory: String? = nil) throws {
    self.init(
      store: try SQLitePDSStore(existing: dataDirectory),
      blobs: FileBlobstore(existing: blobDirectory ?? dataDirectory + "/blobs")
    )
  }
}

extension PDSStorage {
  /// A SQLite database in the data directory, with blobs as files. Directories are created if
  /// necessary.
  ///
  /// Throws ``ServiceError``, or an error of the database.
  public static func sqlite(_ configuration: PDSConfiguration) throws -> PDSStorage {
    try PDSStorage(
      store: SQLitePDSStore(directory: configuration.dataDirectory),
      blobDirectory: configuration.blobDirectory ?? configuration.dataDirectory + "/blobs"
    )
  }
}
