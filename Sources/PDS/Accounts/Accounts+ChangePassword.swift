import ATProtoSyntax
import XRPCServer

extension Accounts {
  /// Sets a new password at the request of an owner who has just given the present one. It ends
  /// everything that acts for the account.
  ///
  /// Throws 401 if the password has changed since, or `InvalidRequest` if the length of the new one is
  /// not valid.
  ///
  /// - Parameter account: as it was when its password was compared.
  /// - Returns: the account with its new password.
  func changePassword(_ password: String, of account: Account) async throws -> Account {
    let hash = try await passwords.hashNew(password)
    try await store.write { transaction in
      guard try transaction.accounts.account(account.did)?.passwordHash == account.passwordHash
      else { throw XRPCServerError.authenticationRequired("the password was changed meanwhile") }
      try transaction.setPassword(hash, of: account.did)
    }
    var changed = account
    changed.passwordHash = hash
    return changed
  }
}
