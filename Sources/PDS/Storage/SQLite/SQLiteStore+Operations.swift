import ATProtoData
import GRDB
import ServiceKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

extension SQLiteStore {
  /// What is wrong with the database's own structure, in words; at most a hundred of each kind.
  func problems() throws -> [String] {
    try pool.read { db in
      let structure = try String.fetchAll(db, sql: "PRAGMA integrity_check(100)")
      let references = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(100)
      return structure.filter { $0 != "ok" }
        + references.map {
          "a row of \($0["table"] ?? "?") refers to none of \($0["parent"] ?? "?")"
        }
    }
  }

  /// Whether any account has the blob, as of now.
  func holds(_ cid: CID) throws -> Bool {
    try pool.read { db in try SQLiteBlobs(db: db).isHeld(cid) }
  }

  /// Copies everything of one moment into a new file; writers do not wait.
  func copy(to path: String) throws {
    // Not through the pool, whose connections for reading refuse every statement that writes.
    try Self.copy(self.path, to: path)
  }

  /// The same for any database in a file.
  static func copy(_ database: String, to path: String) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    let source = try DatabaseQueue(path: database, configuration: configuration)
    defer { try? source.close() }
    try source.writeWithoutTransaction { db in
      try db.execute(sql: "VACUUM INTO ?", arguments: [path])
    }
    guard chmod(path, 0o600) == 0 else {
      throw ServiceError(.storage, "\(path) cannot be kept from others: error \(errno)")
    }
  }

  /// Makes a copy of a database one of its own: with another name, and numbers for its events that
  /// the first does not give out.
  static func detach(copy path: String, _ name: String) throws {
    let copy = try DatabaseQueue(path: path)
    defer { try? copy.close() }
    try copy.write { db in
      try SQLiteSecrets(db: db).setSecret(nameKey, Array(name.utf8))
      try SQLiteSequence.leaveMargin(db)
    }
  }

  /// Calls `body` with the CID of each blob that a copy of a database has, some of them repeatedly.
  static func forEachBlob(inCopy path: String, _ body: (CID) throws -> Void) throws {
    var configuration = Configuration()
    configuration.readonly = true
    let copy = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? copy.close() }
    try copy.read { db in
      let rows = try String.fetchCursor(db, sql: "SELECT cid FROM blob ORDER BY cid")
      while let text = try rows.next() { try body(CID(text)) }
    }
  }
}
