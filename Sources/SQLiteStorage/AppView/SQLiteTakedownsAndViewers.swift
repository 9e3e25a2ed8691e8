import ATProtoSyntax
import AppView

struct SQLiteIndexTakedowns: TakedownReading, TakedownWriting {
  let tables: IndexTables

  private var session: SQLiteSession { tables.session }

  func takedown(of subject: String) throws -> String? {
    try session.first("SELECT reference FROM takedown WHERE subject = ?", .text(subject)) {
      $0.text(0)
    }
  }

  func takedowns(
    after subject: String?,
    limit: Int
  ) throws -> [(subject: String, reference: String)] {
    try session.all(
      "SELECT subject, reference FROM takedown WHERE subject > ? ORDER BY subject LIMIT ?",
      .text(subject ?? ""),
      .count(limit)
    ) { (subject: $0.text(0), reference: $0.text(1)) }
  }

  func isTakenDown(_ account: Int64) throws -> Bool {
    try session.first("SELECT isTakenDown FROM account WHERE id = ?", .integer(account)) {
      $0.flag(0)
    } ?? false
  }

  func setTakedown(of subject: String, reference: String?) throws {
    if let reference {
      try session.run(
        "INSERT OR REPLACE INTO takedown (subject, reference) VALUES (?, ?)",
        .text(subject),
        .text(reference)
      )
    } else {
      try session.run("DELETE FROM takedown WHERE subject = ?", .text(subject))
    }
    tables.hasRecordTakedowns = nil
    if let did = try? DID(subject) {
      try setAccount(did, isTakenDown: reference != nil)
    } else if let address = RecordAddress(subject) {
      try setRecord(address, isVisible: reference == nil)
    }
  }

  private func setAccount(_ did: DID, isTakenDown: Bool) throws {
    guard let account = try tables.account(did) else { return }
    try session.run(
      "UPDATE account SET isTakenDown = ?1, isVisible = (isActive AND NOT ?1) WHERE id = ?2",
      .flag(isTakenDown),
      .integer(account.id)
    )
    try LinkCounters(tables: tables).accountChanged(account.id)
  }

  private func setRecord(_ address: RecordAddress, isVisible: Bool) throws {
    guard let account = try tables.account(address.did),
      let collection = try tables.collection(address.collection)
    else { return }
    let row = try session.first(
      """
      SELECT id, isValid, isVisible, groups FROM record
      WHERE account = ? AND collection = ? AND rkey = ?
      """,
      .integer(account.id),
      .integer(collection.id),
      .text(address.recordKey.string)
    ) { row in
      (
        id: row.integer(0), isValid: row.flag(1), isVisible: row.flag(2),
        groups: StoredGroups.decode(row.bytes(3))
      )
    }
    guard let row, row.isVisible != isVisible else { return }
    try session.run(
      "UPDATE record SET isVisible = ? WHERE id = ?",
      .flag(isVisible),
      .integer(row.id)
    )
    try LinkCounters(tables: tables).change(
      row.groups,
      record: row.id,
      of: account,
      isShown: isVisible
    )
    if row.isValid {
      tables.changeHolding(account.id, collection.id, .init(hidden: isVisible ? -1 : 1))
    }
  }
}

struct SQLiteViewers: ViewerReading, ViewerWriting {
  let tables: IndexTables

  private var session: SQLiteSession { tables.session }

  func muted(by viewer: DID, among dids: [DID]) throws -> Set<DID> {
    var muted: Set<DID> = []
    for did in Set(dids) {
      let isMuted = try session.first(
        "SELECT 1 FROM mute WHERE viewer = ? AND did = ?",
        .text(viewer.string),
        .text(did.string)
      ) { _ in true }
      if isMuted ?? false { muted.insert(did) }
    }
    return muted
  }

  func mutes(
    of viewer: DID,
    before position: Int64?,
    limit: Int
  ) throws -> IndexPage<Mute, Int64> {
    let rows = try session.all(
      """
      SELECT id, did FROM mute INDEXED BY muteOrder WHERE viewer = ? AND id < ?
      ORDER BY id DESC LIMIT ?
      """,
      .text(viewer.string),
      .integer(position ?? .max),
      .count(limit + 1)
    ) { Mute(did: try DID($0.text(1)), position: $0.integer(0)) }
    let page = Array(rows.prefix(limit))
    return IndexPage(page, next: rows.count > limit ? page.last?.position : nil)
  }

  func seenAt(of viewer: DID) throws -> Int64? {
    try session.first("SELECT time FROM seen WHERE viewer = ?", .text(viewer.string)) {
      $0.integer(0)
    }
  }

  func setMuted(_ did: DID, by viewer: DID, _ isMuted: Bool) throws {
    let sql =
      isMuted
      ? "INSERT OR IGNORE INTO mute (viewer, did) VALUES (?, ?)"
      : "DELETE FROM mute WHERE viewer = ? AND did = ?"
    try session.run(sql, .text(viewer.string), .text(did.string))
  }

  func setSeenAt(_ time: Int64, of viewer: DID) throws {
    try session.run(
      "INSERT OR REPLACE INTO seen (viewer, time) VALUES (?, ?)",
      .text(viewer.string),
      .integer(time)
    )
  }
}
