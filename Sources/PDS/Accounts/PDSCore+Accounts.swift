import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import XRPC

extension PDSCore {
  /// Makes the account with its identity, its empty repository and a first session: all or
  /// nothing.
  func createAccount(
    _ application: AccountApplication
  ) async throws -> (account: Account, tokens: SessionTokenPair) {
    // Looked up before the costly hash, and again in the transaction that writes.
    try await store.read { transaction in
      try Self.checkAvailability(application, transaction.accounts)
    }
    let passwordHash = try await passwords.hash(application.password)
    let keys = AccountKeys()
    let operation = keys.genesis(
      of: application.handle,
      recoveryKey: application.recoveryKey,
      endpoint: address.url
    )
    let account = Account(
      did: operation.did,
      handle: application.handle,
      email: application.email,
      passwordHash: passwordHash,
      plcOperation: operation
    )
    let tokens = try await store.write { [self] transaction in
      try Self.checkAvailability(application, transaction.accounts)
      try transaction.accounts.insert(account, keys)
      try transaction.sequence.append(.identity(account.did, account.handle))
      try transaction.sequence.append(.account(account.did, .active))
      try RepositoryEdit.create(account.did, key: keys.signing, in: transaction, tids)
      return try startSession(of: account.did, in: transaction)
    }
    return (account, tokens)
  }

  private static func checkAvailability(
    _ application: AccountApplication,
    _ accounts: any AccountStore
  ) throws {
    if try accounts.account(application.handle) != nil {
      throw ComAtproto.Server.CreateAccount.Failure.handleNotAvailable(
        message: "\(application.handle) is taken"
      )
    }
    if try accounts.account(email: application.email) != nil {
      throw XRPCServerError.invalidRequest("the e-mail address is in use")
    }
  }
}
