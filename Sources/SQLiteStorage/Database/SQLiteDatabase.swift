import Foundation
import GRDB
import ServiceKit

/// One SQLite database in write-ahead mode, in a directory that only one process may use at a time.
///
/// Reads run concurrently, each on a snapshot. Writes run one after another, in groups; see
/// ``GroupWriter``.
final class SQLiteDatabase: Sendable {
  let path: String
  let pool: DatabasePool
  private let writer: GroupWriter
  private let checkpointer: Checkpointer?
  /// Nil if the database was opened while another process owns it.
  private let lock: DirectoryLock?

  /// Opens the database `name`, creating it and its directory if necessary, and migrates its schema.
  ///
  /// - Parameters:
  ///   - options: how the file is used.
  ///   - onAppend: called after transactions that appended events are durable.
  init(
    _ name: String,
    in directory: String,
    lockName: String,
    options: SQLiteOptions = SQLiteOptions(),
    migrator: DatabaseMigrator,
    onAppend: @escaping @Sendable () -> Void = {}
  ) throws(ServiceError) {
    let url = URL(fileURLWithPath: directory, isDirectory: true)
    path = url.appendingPathComponent(name).path
    do {
      // Databases contain signing keys, which other users must not be able to read.
      try FileManager.default.createDirectory(
        at: url,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    } catch {
      throw ServiceError(cannotCreate: "the data directory \(directory)", error)
    }
    lock = try DirectoryLock(url.path, name: lockName)
    if !FileManager.default.fileExists(atPath: path) {
      let isCreated = FileManager.default.createFile(
        atPath: path,
        contents: nil,
        attributes: [.posixPermissions: 0o600]
      )
      guard isCreated else { throw ServiceError(.storage, "cannot create \(path)") }
    }
    let checkpointer: Checkpointer
    do {
      let configuration = Self.configuration(options)
      pool = try DatabasePool(path: path, configuration: configuration)
      try migrator.migrate(pool)
      checkpointer = try Checkpointer(path: path, configuration)
    } catch {
      throw ServiceError(.storage, "cannot open \(path): \(error)")
    }
    self.checkpointer = checkpointer
    writer = GroupWriter(pool) { writes, appendsEvents in
      if appendsEvents { onAppend() }
      checkpointer.noteWrites(writes)
    }
  }

  /// Opens a database at a path that the operator chose. The lock is the file beside it with the
  /// extension `lock`.
  convenience init(
    path: String,
    options: SQLiteOptions = SQLiteOptions(),
    migrator: DatabaseMigrator,
    onAppend: @escaping @Sendable () -> Void = {}
  ) throws(ServiceError) {
    let url = URL(fileURLWithPath: path)
    try self.init(
      url.lastPathComponent,
      in: url.deletingLastPathComponent().path,
      lockName: url.lastPathComponent + ".lock",
      options: options,
      migrator: migrator,
      onAppend: onAppend
    )
  }

  /// Opens an existing database with the current schema without changing it, even while a server
  /// uses it.
  init(
    existing name: String,
    in directory: String,
    migrator: DatabaseMigrator
  ) throws {
    lock = nil
    path = URL(fileURLWithPath: directory, isDirectory: true).appendingPathComponent(name).path
    guard FileManager.default.fileExists(atPath: path) else {
      throw ServiceError(.storage, "cannot open \(path): no such file")
    }
    pool = try DatabasePool(path: path, configuration: Self.configuration(SQLiteOptions()))
    guard try pool.read({ try migrator.hasCompletedMigrations($0) }) else {
      throw ServiceError(
        .storage,
        "cannot open \(path): its schema is not the one of this version of atproto"
      )
    }
    checkpointer = nil
    writer = GroupWriter(pool) { _, _ in }
  }

  private static func configuration(_ options: SQLiteOptions) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = options.maximumReaders
    configuration.prepareDatabase { db in
      // Has an effect only before the database has its first table.
      if let size = options.pageSize { try db.execute(sql: "PRAGMA page_size = \(size)") }
      // Acknowledged writes must survive a loss of power, not only the end of the process.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      // In pages. By the time this limit is reached, the checkpointer has copied most of them to
      // the database.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 16000")
      // In KiB. Readers start over after each commit, but the single writer keeps its cache.
      if !db.configuration.readonly {
        try db.execute(sql: "PRAGMA cache_size = -\(options.writerCache)")
        // What a savepoint would restore; it would go to a file after 64 KiB.
        try db.execute(sql: "PRAGMA temp_store = MEMORY")
      }
    }
    return configuration
  }

  /// Not GRDB's own asynchronous `read`, which returns its connection on one of Swift's threads:
  /// ``close()`` waits for the connections, and would wait forever on the last of these threads.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      pool.asyncRead { database in
        continuation.resume(with: Result { try body(database.get()) })
      }
    }
  }

  /// - Parameter body: returns its result, and whether it appended events.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> (value: Value, appendsEvents: Bool)
  ) async throws -> Value {
    try await writer.write(body)
  }

  func close() throws {
    try checkpointer?.close()
    // Operators copy the files of a stopped server: without this, the newest data would be in the
    // write-ahead log only. If a reader still holds a snapshot, the log remains, and nothing is lost.
    if lock != nil {
      _ = try? pool.writeWithoutTransaction { db in
        // Nil if the database has been closed before: SQLite does not check that.
        if db.sqliteConnection != nil { try db.checkpoint(.truncate) }
      }
    }
    try pool.close()
    lock?.release()
  }
}

/// How the file of a database is used.
struct SQLiteOptions {
  /// The most connections that read at once.
  var maximumReaders = 5
  /// In bytes, a power of two; nil for SQLite's default. Larger pages take fewer frames of the
  /// write-ahead log if neighboring rows change together.
  var pageSize: Int?
  /// The pages that the writer keeps in memory, in KiB.
  var writerCache = 32_768
}
