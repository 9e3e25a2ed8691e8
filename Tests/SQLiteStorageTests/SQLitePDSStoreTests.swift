import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import GRDB
import PDS
import ServiceKit
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite struct SQLitePDSStoreTests {
  private func reason(_ open: () throws -> Void) -> String? {
    do {
      try open()
      return nil
    } catch {
      return (error as? ServiceError)?.reason
    }
  }

  @Test("only one store at a time can use a directory")
  func directoryIsLocked() throws {
    let folder = try TemporaryFolder()
    let store = try SQLitePDSStore(directory: folder.path)
    let refused = reason { _ = try SQLitePDSStore(directory: folder.path) }
    #expect(refused == "\(folder.path) is in use by another server")
    try store.close()
    try SQLitePDSStore(directory: folder.path).close()
  }

  @Test("only this user can read a new directory and its database")
  func permissionsAreStrict() throws {
    let folder = try TemporaryFolder()
    let directory = folder.path + "/data"
    try SQLitePDSStore(directory: directory).close()
    for path in [directory, directory + "/pds.sqlite"] {
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(try #require(mode as? NSNumber).intValue & 0o077 == 0)
    }
  }

  @Test("a closed store leaves all data in one file")
  func closedStoreIsOneFile() async throws {
    let folder = try TemporaryFolder()
    let store = try SQLitePDSStore(directory: folder.path + "/data")
    try await store.write { try $0.secrets.setSecret("key", [1, 2, 3]) }
    try store.close()
    try folder.folder("copy")
    let name = SQLitePDSStore.fileName
    try FileManager.default.copyItem(
      atPath: folder.path + "/data/" + name,
      toPath: folder.path + "/copy/" + name
    )
    let copy = try SQLitePDSStore(directory: folder.path + "/copy")
    defer { try? copy.close() }
    #expect(try copy.setUp { try $0.secrets.secret("key") } == [1, 2, 3])
  }

  @Test("existing data needs a database with the current schema")
  func existingDataNeedsCurrentSchema() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/pds.sqlite"
    let missing = reason { _ = try SQLitePDSStore(existing: folder.path) }
    #expect(missing == "cannot open \(path): no such file")
    // A failed attempt to open it does not create it.
    #expect(try folder.names().isEmpty)
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    try SchemaMigrations.migrator.migrate(queue, upTo: "3 accounts in full")
    try queue.close()
    let outdated = reason { _ = try SQLitePDSStore(existing: folder.path) }
    #expect(outdated?.contains("its schema is not the one of this version") == true)
  }

  @Test("a copy appears when it is published, with its own name and later event numbers")
  func copyIsADatabaseOfItsOwn() async throws {
    let folder = try TemporaryFolder()
    try folder.folder("copy")
    let store = try SQLitePDSStore(directory: folder.path + "/data")
    defer { try? store.close() }
    let name = try store.setUp { try $0.secrets.databaseName() }
    let did: DID = "did:web:alice.test"
    let cids = ["a", "b", "c"].map { CID(hashingRaw: Array($0.utf8)) }
      .sorted { $0.string < $1.string }
    try await store.database.write { db in
      try db.execute(
        sql: """
          INSERT INTO account
            (did, handle, email, passwordHash, signingKey, rotationKey, plcOperation, createdAt)
          VALUES (?, 'alice.test', 'alice@mail.test', '', '', '', x'', 0)
          """,
        arguments: [did.string]
      )
      for cid in cids {
        try SQLiteBlobs(db: db).insert(
          BlobEntry(cid: cid, mimeType: "a/b", size: 1, uploadedAt: 1),
          of: did
        )
      }
      return ((), false)
    }
    try await store.write { transaction throws in
      for _ in 1...5 {
        try transaction.sequence.append("a") { _, _ in [] }
      }
    }

    let discarded = try store.snapshot(to: folder.path + "/copy")
    #expect(try folder.names(below: "copy") == ["pds.sqlite.part"])
    try discarded.discard()
    #expect(try folder.names(below: "copy").isEmpty)
    let snapshot = try store.snapshot(to: folder.path + "/copy")
    // After the snapshot, so not in the copy.
    try await store.write { try $0.sequence.append("a") { _, _ in [] } }
    #expect(try snapshot.blobs(after: nil, limit: 2) == Array(cids[..<2]))
    #expect(try snapshot.blobs(after: cids[1], limit: 2) == [cids[2]])
    #expect(try snapshot.blobs(after: cids[2], limit: 2).isEmpty)
    let size = try snapshot.publish(as: "copy")
    #expect(size > 0)

    for round in 1...2 {
      let copy = try SQLitePDSStore(directory: folder.path + "/copy")
      defer { try? copy.close() }
      #expect(try copy.setUp { try $0.secrets.databaseName() } == "copy" && name != "copy")
      try await copy.write { transaction throws in
        #expect(try transaction.sequence.window()?.lowerBound == 1)
        // A reader of the original may have seen more than five.
        try transaction.sequence.append("a") { sequence, _ in
          #expect(sequence == 1_000_000_005 + round)
          return []
        }
      }
    }
  }

  @Test("an intact database has no problems, and those of a damaged one are found")
  func problemsAreFound() throws {
    let folder = try TemporaryFolder()
    let store = try SQLitePDSStore(directory: folder.path)
    defer { try? store.close() }
    #expect(try store.problems().isEmpty)
    try store.database.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(
        sql: "INSERT INTO repository (did, head, rev) VALUES ('did:web:nobody.test', x'00', 'a')"
      )
      try db.execute(sql: "PRAGMA foreign_keys = ON")
    }
    #expect(try store.problems() == ["a row of repository references a missing row of account"])
  }
}
