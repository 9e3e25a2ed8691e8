import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// Creates accounts, each with its identity, an empty repository, and a first session, or not at
/// all.
struct AccountRegistration: Sendable {
  private typealias Failure = ComAtproto.Server.CreateAccount.Failure
  typealias Result = (account: Account, tokens: SessionTokenPair)

  let sessions: Sessions
  let identities: Identities
  let invites: Invites
  /// The rotation key of every new account; nil to generate one for each.
  let rotationKey: PrivateKey?

  private var store: any PDSStore { sessions.store }

  /// Creates an account. An account with an existing DID starts deactivated.
  ///
  /// - Parameter caller: the DID that the request has proved to control.
  func createAccount(_ application: AccountApplication, caller: DID?) async throws -> Result {
    if let did = application.did, did != caller {
      throw XRPCServerError.authenticationRequired(
        "creating an account for \(did) requires a service token of \(did) for createAccount"
      )
    }
    var application = application
    application.handle = try await identities.availableHandle(
      application.handle,
      for: application.did
    )
    // Checked before the costly steps, and again in the transaction that writes.
    try await store.read { [application] transaction in
      try checkAvailability(application, transaction)
    }
    let passwordHash = try await sessions.passwords.hash(application.password)
    return application.did == nil
      ? try await createIdentity(application, passwordHash)
      : try await adoptIdentity(application, passwordHash)
  }

  /// Creates an account with a new did:plc. The DID is submitted to the PLC directory first: an
  /// identity without an account does no harm, but an account without an identity cannot be found.
  private func createIdentity(
    _ application: AccountApplication,
    _ passwordHash: PasswordHash
  ) async throws -> Result {
    var keys = AccountKeys()
    if let rotationKey { keys.rotation = rotationKey }
    let operation = keys.genesis(
      of: application.handle,
      recoveryKeys: [application.recoveryKey, identities.recoveryKey].compactMap(\.self),
      endpoint: identities.baseURL.url
    )
    let account = Account(
      did: operation.did,
      handle: application.handle,
      email: application.email,
      passwordHash: passwordHash,
      plcBlock: operation.block
    )
    // Runs to its end even if the client disconnects.
    return try await Task { [keys] in
      try await identities.submit(operation, of: account.did)
      do {
        return (account, try await insert(account, keys, application, isActive: true))
      } catch {
        // Another request took the handle or the last use of the invite code.
        let tombstone = PLCOperation(tombstoneAfter: operation.cid, signedBy: keys.rotation)
        try? await identities.submit(tombstone, of: account.did)
        throw error
      }
    }.value
  }

  /// Creates an account for an identity that is still hosted elsewhere: deactivated until its
  /// repository has been imported and its DID names this server (Account Migration guide).
  private func adoptIdentity(
    _ application: AccountApplication,
    _ passwordHash: PasswordHash
  ) async throws -> Result {
    guard let did = application.did else { preconditionFailure("the application has no DID") }
    do throws(IdentityError) {
      _ = try await identities.directory.document(of: did)
    } catch {
      throw Failure.unresolvableDid(message: "cannot resolve \(did): \(error.reason)")
    }
    var keys = AccountKeys()
    if let rotationKey { keys.rotation = rotationKey }
    // Only a key that was reserved for this DID. A document can name any public key, so naming one
    // that was reserved for nobody does not show whose it is.
    let reserved = try await store.read { transaction in
      try transaction.accounts.reservedKey(for: did, orNamed: nil)
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
    // The cache may still say that the handle does not resolve.
    await identities.directory.purge(account.did, handle: account.handle)
    return try await store.write { transaction in
      try checkAvailability(application, transaction)
      try transaction.accounts.insert(account, keys)
      try transaction.accounts.removeReservedKey(keys.signing.publicKey)
      if invites.areRequired, let code = application.inviteCode {
        try invites.use(code, by: account.did, in: transaction)
      }
      if isActive {
        try transaction.sequence.append(.identity(account.did, account.handle))
        try transaction.sequence.append(.account(account.did, .active))
      } else {
        try transaction.accounts.set(.deactivated, true, of: account.did)
      }
      try RepositoryEdit.create(account.did, key: keys.signing, in: transaction, identities.tids)
      return try sessions.start(of: account.did, in: transaction)
    }
  }

  private func checkAvailability(
    _ application: AccountApplication,
    _ transaction: any PDSTransaction
  ) throws {
    if invites.areRequired {
      guard let code = application.inviteCode else {
        throw Failure.invalidInviteCode(message: "an invite code is required")
      }
      try invites.check(code, in: transaction)
    }
    if try transaction.accounts.account(application.handle) != nil {
      throw Failure.handleNotAvailable(message: "\(application.handle) is already taken")
    }
    if try transaction.accounts.account(email: application.email) != nil {
      throw XRPCServerError.invalidRequest("the email is already in use")
    }
    if let did = application.did, try transaction.accounts.status(of: did) != nil {
      throw XRPCServerError.invalidRequest("\(did) already has an account on this server")
    }
  }
}
