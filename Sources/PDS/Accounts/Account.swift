import ATProtoCrypto
import ATProtoSyntax
import GRDB

/// An account, without its keys.
struct Account: Sendable {
  var did: DID
  /// In lower case.
  var handle: Handle
  var email: String
  var passwordHash: PasswordHash
  /// What made the DID.
  var plcOperation: PLCOperation
}

/// The private keys of an account, which the server keeps for it.
struct AccountKeys: Sendable {
  /// Signs commits.
  let signing = PrivateKey(generating: .k256)
  /// Signs operations on the DID.
  let rotation = PrivateKey(generating: .k256)
}

extension Account {
  init(_ row: Row) throws {
    did = try DID(row["did"])
    handle = try Handle(row["handle"])
    email = row["email"]
    passwordHash = try PasswordHash(stored: row["passwordHash"])
    plcOperation = try PLCOperation(block: row.bytes("plcOperation"))
  }
}
