import GRDB
import ServiceKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

extension SQLiteDatabase {
  /// Problems of the database's own structure, at most a hundred of each kind.
  func problems() throws -> [String] {
    try pool.read { db in
      let structure = try String.fetchAll(db, sql: "PRAGMA integrity_check(100)")
      let references = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(100)
      return structure.filter { $0 != "ok" }
        + references.map {
          "a row of \($0["table"] ?? "?") references a missing row of \($0["parent"] ?? "?")"
        }
    }
  }

  /// Copies a snapshot of the database into a new file that only this user can read. Writers do not
  /// wait.
  static func copy(_ database: String, to path: String) throws {
    // Use a separate connection, because the readers of a pool reject statements that write.
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    let source = try DatabaseQueue(path: database, configuration: configuration)
    defer { try? source.close() }
    try source.writeWithoutTransaction { db in
      try db.execute(sql: "VACUUM INTO ?", arguments: [path])
    }
    guard chmod(path, 0o600) == 0 else {
      throw ServiceError(.storage, "cannot set the permissions of \(path): error \(errno)")
    }
  }
}
