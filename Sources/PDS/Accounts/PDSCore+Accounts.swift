import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension PDSCore {
  private typealias Failure = ComAtproto.Server.CreateAccount.Failure

  /// Makes the account with its identity, its empty repository and a first session: all or
  /// nothing.
  ///
  /// - Parameter caller: who proved to hold an identity that is brought along.
  func createAccount(
    _ application: AccountApplication,
    caller: DID?
  ) async throws -> (account: Account, tokens: SessionTokenPair) {
    if let did = application.did, did != caller {
      throw XRPCServerError.authenticationRequired(
        "an account for \(did) takes a token of it for createAccount"
      )
    }
    var application = application
    application.handle = try await checkedHandle(application.handle, of: application.did)
    // Looked up before the costly steps, and again in the transaction that writes.
    try await store.read { [application] transaction in
      try checkAvailability(application, transaction)
    }
    let passwordHash = try await passwords.hash(application.password)
    return application.did == nil
      ? try await createIdentity(application, passwordHash)
      : try await adoptIdentity(application, passwordHash)
  }

  /// An account with a new did:plc. The directory has it first: an identity without an account
  /// harms nobody, an account without an identity could not be found.
  private func createIdentity(
    _ application: AccountApplication,
    _ passwordHash: PasswordHash
  ) async throws -> (account: Account, tokens: SessionTokenPair) {
    var keys = AccountKeys()
    if let key = configuration.rotationKey { keys.rotation = key }
    let operation = keys.genesis(
      of: application.handle,
      recoveryKeys: [application.recoveryKey, configuration.recoveryKey].compactMap(\.self),
      endpoint: address.url
    )
    let account = Account(
      did: operation.did,
      handle: application.handle,
      email: application.email,
      passwordHash: passwordHash,
      plcBlock: operation.block
    )
    // Comes to its end also where the caller goes away in the middle.
    return try await Task { [keys] in
      try await submit(operation, of: account.did)
      do {
        return (account, try await insert(account, keys, application, isActive: true))
      } catch {
        // Somebody was quicker with the handle or the last invite code.
        let end = PLCOperation(tombstoneAfter: operation.cid, signedBy: keys.rotation)
        try? await submit(end, of: account.did)
        throw error
      }
    }.value
  }

  /// An account for an identity that lives elsewhere still: deactivated, until its repository is
  /// here and its DID says so (Account Migration guide).
  private func adoptIdentity(
    _ application: AccountApplication,
    _ passwordHash: PasswordHash
  ) async throws -> (account: Account, tokens: SessionTokenPair) {
    guard let did = application.did else { preconditionFailure("no identity is brought along") }
    let document: DIDDocument
    do throws(IdentityError) {
      document = try await identities.identity(of: did).document
    } catch {
      throw Failure.unresolvableDid(message: "\(did) could not be resolved: \(error.reason)")
    }
    var keys = AccountKeys()
    if let key = configuration.rotationKey { keys.rotation = key }
    let named = try? document.signingKey()
    let reserved = try await store.read { transaction in
      try transaction.accounts.reservedKey(for: did, orNamed: named)
    }
    if let reserved { keys.signing = reserved }
    var account = Account(
      did: did,
      handle: application.handle,
      email: application.email,
      passwordHash: passwordHash
    )
    let tokens = try await insert(account, keys, application, isActive: false)
    account.status = .deactivated
    return (account, tokens)
  }

  private func insert(
    _ account: Account,
    _ keys: AccountKeys,
    _ application: AccountApplication,
    isActive: Bool
  ) async throws -> SessionTokenPair {
    // That nobody has the handle may be remembered.
    await identities.purge(account.did, handle: account.handle)
    return try await store.write { [self] transaction in
      try checkAvailability(application, transaction)
      try transaction.accounts.insert(account, keys)
      try transaction.accounts.removeReservedKey(keys.signing.publicKey)
      if configuration.isInviteRequired, let code = application.inviteCode {
        try useInviteCode(code, by: account.did, in: transaction)
      }
      if isActive {
        try transaction.sequence.append(.identity(account.did, account.handle))
        try transaction.sequence.append(.account(account.did, .active))
      } else {
        try transaction.accounts.set(.deactivated, true, of: account.did)
      }
      try RepositoryEdit.create(account.did, key: keys.signing, in: transaction, tids)
      return try startSession(of: account.did, in: transaction)
    }
  }

  private func checkAvailability(
    _ application: AccountApplication,
    _ transaction: any PDSTransaction
  ) throws {
    if configuration.isInviteRequired {
      guard let code = application.inviteCode else {
        throw Failure.invalidInviteCode(message: "an invite code is required")
      }
      try checkInviteCode(code, in: transaction)
    }
    if try transaction.accounts.account(application.handle) != nil {
      throw Failure.handleNotAvailable(message: "\(application.handle) is taken")
    }
    if try transaction.accounts.account(email: application.email) != nil {
      throw XRPCServerError.invalidRequest("the e-mail address is in use")
    }
    if let did = application.did, try transaction.accounts.status(of: did) != nil {
      throw XRPCServerError.invalidRequest("\(did) has an account here already")
    }
  }
}
