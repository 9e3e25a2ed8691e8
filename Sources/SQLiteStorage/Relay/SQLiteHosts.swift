import ATProtoRepo
import GRDB
import Relay
import ServiceKit

struct SQLiteHosts: HostStore {
  let db: Database

  func insert(
    _ name: HostName,
    createdAt: SyncTime,
    accountLimit: Int?,
    isPublic: Bool
  ) throws -> HostID {
    guard try host(named: name.text) == nil else {
      throw ServiceError(.storage, "cannot add \(name.text): it already exists")
    }
    try db.execute(
      sql: """
        INSERT INTO host (name, usesTLS, createdAt, status, accountLimit, isPublic)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        name.text, name.usesTLS, createdAt.column, HostStatus.active.rawValue, accountLimit,
        isPublic,
      ]
    )
    return HostID(rawValue: UInt32(db.lastInsertedRowID))
  }

  func host(_ id: HostID) throws -> HostRow? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM host WHERE id = ?"),
      arguments: [id.rawValue]
    ).map(HostRow.init)
  }

  func host(named name: String) throws -> HostRow? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM host WHERE name = ?"),
      arguments: [name]
    ).map(HostRow.init)
  }

  func page(after id: HostID?, limit: Int, includesSilent: Bool) throws -> [HostRow] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM host WHERE id > ?\(includesSilent ? "" : " AND cursor IS NOT NULL")
        ORDER BY id LIMIT ?
        """,
      arguments: [id?.rawValue ?? 0, limit]
    ).map(HostRow.init)
  }

  func update(_ host: HostRow) throws {
    try db.execute(
      sql: """
        UPDATE host SET status = ?, accountLimit = ?, failures = ?, nextAttemptAt = ?,
          alertsSilenced = ?, alertedAt = ?, refusedAt = ?
        WHERE id = ?
        """,
      arguments: [
        host.status.rawValue, host.accountLimit, host.failures, host.nextAttemptAt?.column,
        host.alertsSilenced, host.alertedAt?.column, host.refusedAt?.column, host.id.rawValue,
      ]
    )
    try requireChange(of: host.id)
  }

  func setProgress(of host: HostID, cursor: Int?, ahead: [Range<Int>]) throws {
    try db.cachedStatement(sql: "UPDATE host SET cursor = ?, ahead = ? WHERE id = ?").execute(
      arguments: [cursor, ahead.column.data, host.rawValue]
    )
    try requireChange(of: host)
  }

  private func requireChange(of id: HostID) throws {
    guard db.changesCount == 1 else {
      throw ServiceError(.storage, "cannot change host \(id.rawValue): it does not exist")
    }
  }

  func createdCount(since time: SyncTime) throws -> Int {
    try Int.fetchOne(
      db,
      sql: "SELECT count(*) FROM host WHERE isPublic AND createdAt >= ?",
      arguments: [time.column]
    ) ?? 0
  }
}

extension HostRow {
  fileprivate init(_ row: Row) throws {
    guard let status = HostStatus(rawValue: row["status"]) else {
      throw ServiceError(.corruption, "cannot read a host: its status is not known")
    }
    self.init(
      id: HostID(rawValue: row["id"]),
      name: HostName(checked: row["name"], usesTLS: row["usesTLS"]),
      createdAt: SyncTime(column: row["createdAt"]),
      status: status,
      cursor: row["cursor"],
      ahead: try [Range<Int>](column: row.bytes("ahead")),
      accountLimit: row["accountLimit"],
      failures: row["failures"],
      nextAttemptAt: (row["nextAttemptAt"] as Int64?).map { SyncTime(column: $0) },
      alertsSilenced: row["alertsSilenced"],
      alertedAt: (row["alertedAt"] as Int64?).map { SyncTime(column: $0) },
      refusedAt: (row["refusedAt"] as Int64?).map { SyncTime(column: $0) }
    )
  }
}

extension SyncTime {
  var column: Int64 { Int64(bitPattern: self) }

  init(column: Int64) {
    self.init(bitPattern: column)
  }
}

extension [Range<Int>] {
  fileprivate var column: [UInt8] {
    var bytes: [UInt8] = []
    for bound in flatMap({ [$0.lowerBound, $0.upperBound] }) {
      Swift.withUnsafeBytes(of: Int64(bound).littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  fileprivate init(column: [UInt8]) throws {
    let bounds = stride(from: 0, to: column.count - 7, by: 8).map { start in
      column.withUnsafeBytes {
        Int(Int64(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Int64.self)))
      }
    }
    self = try stride(from: 0, to: bounds.count - 1, by: 2).map { index in
      guard bounds[index] < bounds[index + 1] else {
        throw ServiceError(.corruption, "cannot read the progress of a host")
      }
      return bounds[index]..<bounds[index + 1]
    }
  }
}
