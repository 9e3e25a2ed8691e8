import ATProtoSyntax
import GRDB
import Labeler
import ServiceKit

struct SQLiteMembers: MemberStore {
  let db: Database

  func member(_ did: String) throws -> Member? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM member WHERE did = ?"),
      arguments: [did]
    ).map(Member.init)
  }

  func save(_ member: Member) throws {
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO member (did, role, isDisabled, createdAt, updatedAt, updatedBy)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        member.did.string, member.role.rawValue, member.isDisabled, member.createdAt,
        member.updatedAt, member.updatedBy.string,
      ]
    )
  }

  func remove(_ did: String) throws {
    try db.execute(sql: "DELETE FROM member WHERE did = ?", arguments: [did])
  }

  func page(_ filter: MemberFilter, after did: String?, limit: Int) throws -> [Member] {
    // Teams are small, so the filter needs no index.
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT * FROM member WHERE did > ? ORDER BY did",
      arguments: [did ?? ""]
    )
    var members: [Member] = []
    while members.count < limit, let row = try rows.next() {
      let member = try Member(row)
      if filter.matches(member) { members.append(member) }
    }
    return members
  }
}

extension Member {
  fileprivate init(_ row: Row) throws {
    guard let role = Role(rawValue: row["role"]) else {
      throw ServiceError(.corruption, "cannot read a member: the role is not known")
    }
    self.init(
      did: try DID(row["did"]),
      role: role,
      isDisabled: row["isDisabled"],
      createdAt: row["createdAt"],
      updatedAt: row["updatedAt"],
      updatedBy: try DID(row["updatedBy"])
    )
  }
}
