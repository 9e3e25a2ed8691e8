import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import GRDB

/// Accounts, within a transaction.
struct AccountTable {
  let db: Database

  private static let columns = "did, handle, email, passwordHash, plcOperation"

  func account(_ did: DID) throws -> Account? {
    try fetch("did = ?", [did.string])
  }

  /// - Parameter handle: in lower case.
  func account(_ handle: Handle) throws -> Account? {
    try fetch("handle = ?", [handle.string])
  }

  func account(_ identifier: ATIdentifier) throws -> Account? {
    switch identifier.normalized {
    case .did(let did): try account(did)
    case .handle(let handle): try account(handle)
    }
  }

  func account(email: String) throws -> Account? {
    try fetch("email = ?", [email])
  }

  private func fetch(_ condition: String, _ arguments: StatementArguments) throws -> Account? {
    let row = try Row.fetchOne(
      db,
      sql: "SELECT \(Self.columns) FROM account WHERE \(condition)",
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
        keys.signing.multikey, keys.rotation.multikey, account.plcOperation.block.data,
        currentSeconds(),
      ]
    )
  }

  func signingKey(of did: DID) throws -> PrivateKey {
    let text = try String.fetchOne(
      db,
      sql: "SELECT signingKey FROM account WHERE did = ?",
      arguments: [did.string]
    )
    guard let text, let key = try? PrivateKey(multikey: text) else {
      throw PDSError(.corruption, "\(did) has no signing key")
    }
    return key
  }
}
