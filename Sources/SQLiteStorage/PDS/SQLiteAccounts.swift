import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import GRDB
import PDS
import ServiceKit

struct SQLiteAccounts: AccountStore {
  let db: Database

  private static let columns = """
    did, handle, email, passwordHash, plcOperation, createdAt, emailConfirmedAt,
    areInvitesDisabled, deactivatedAt, isDeactivated, isSuspended, isTakenDown
    """

  func account(_ did: DID) throws -> Account? {
    try fetch("did = ?", [did.string])
  }

  func account(_ handle: Handle) throws -> Account? {
    try fetch("handle = ?", [handle.string])
  }

  func account(email: String) throws -> Account? {
    try fetch("email = ?", [email])
  }

  private func fetch(_ condition: String, _ arguments: StatementArguments) throws -> Account? {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT \(Self.columns) FROM account WHERE \(condition)"),
      arguments: arguments
    )
    return try row.map(Account.init)
  }

  func insert(_ account: Account, _ keys: AccountKeys) throws {
    try db.execute(
      sql: """
        INSERT INTO account
          (did, handle, email, passwordHash, signingKey, rotationKey, plcOperation, createdAt)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        account.did.string, account.handle.string, account.email, account.passwordHash.stored,
        keys.signing.multikey, keys.rotation.multikey,
        account.plcBlock.data, currentSeconds(),
      ]
    )
  }

  func setEmail(_ email: String, of did: DID) throws {
    try db.execute(
      sql: "UPDATE account SET email = ?, emailConfirmedAt = NULL WHERE did = ?",
      arguments: [email, did.string]
    )
  }

  func setEmailConfirmed(of did: DID, at seconds: Int) throws {
    try db.execute(
      sql: "UPDATE account SET emailConfirmedAt = ? WHERE did = ?",
      arguments: [seconds, did.string]
    )
  }

  func setPassword(_ hash: PasswordHash, of did: DID) throws {
    try db.execute(
      sql: "UPDATE account SET passwordHash = ? WHERE did = ?",
      arguments: [hash.stored, did.string]
    )
  }

  func setInvitesDisabled(_ areDisabled: Bool, of did: DID) throws {
    try db.execute(
      sql: "UPDATE account SET areInvitesDisabled = ? WHERE did = ?",
      arguments: [areDisabled, did.string]
    )
  }

  func remove(_ did: DID) throws {
    try db.execute(sql: "DELETE FROM account WHERE did = ?", arguments: [did.string])
  }

  func page(email: String?, after cursor: String?, limit: Int) throws -> [Account] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT \(Self.columns) FROM account
        WHERE did > ? AND instr(lower(email), lower(?)) > 0 ORDER BY did LIMIT ?
        """,
      arguments: [cursor ?? "", email ?? "@", limit]
    ).map(Account.init)
  }

  func signingKey(of did: DID) throws -> PrivateKey {
    try key("signingKey", of: did)
  }

  func rotationKey(of did: DID) throws -> PrivateKey {
    try key("rotationKey", of: did)
  }

  private func key(_ column: String, of did: DID) throws -> PrivateKey {
    let text = try String.fetchOne(
      db.cachedStatement(sql: "SELECT \(column) FROM account WHERE did = ?"),
      arguments: [did.string]
    )
    guard let text, let key = try? PrivateKey(multikey: text) else {
      throw ServiceError(.corruption, "cannot read the \(column) of \(did)")
    }
    return key
  }

  func status(of did: DID) throws -> AccountStatus? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT isDeactivated, isSuspended, isTakenDown FROM account WHERE did = ?"
      ),
      arguments: [did.string]
    )
    return row.map(AccountStatus.init)
  }

  func set(_ flag: AccountStatus.Flag, _ isOn: Bool, of did: DID) throws {
    let column =
      switch flag {
      case .deactivated: "isDeactivated"
      case .suspended: "isSuspended"
      case .takendown: "isTakenDown"
      }
    try db.execute(
      sql: "UPDATE account SET \(column) = ? WHERE did = ?",
      arguments: [isOn, did.string]
    )
    if flag == .deactivated {
      try db.execute(
        sql: "UPDATE account SET deactivatedAt = ? WHERE did = ?",
        arguments: [isOn ? currentSeconds() : nil, did.string]
      )
    }
  }
}

extension AccountStatus {
  init(_ row: Row) {
    self.init(
      isDeactivated: row["isDeactivated"],
      isSuspended: row["isSuspended"],
      isTakenDown: row["isTakenDown"]
    )
  }
}

extension Account {
  init(_ row: Row) throws {
    self.init(
      did: try DID(row["did"]),
      handle: try Handle(row["handle"]),
      email: row["email"],
      passwordHash: try PasswordHash(stored: row["passwordHash"]),
      plcBlock: row.bytes("plcOperation"),
      status: AccountStatus(row),
      createdAt: row["createdAt"],
      emailConfirmedAt: row["emailConfirmedAt"],
      deactivatedAt: row["deactivatedAt"],
      areInvitesDisabled: row["areInvitesDisabled"]
    )
  }
}
