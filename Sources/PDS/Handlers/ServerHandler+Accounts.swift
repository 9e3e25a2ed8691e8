import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCServer

// Accounts as they come and go (Account specification; guides "Account Lifecycle" and "Account
// Migration").
extension ServerHandler {
  func createAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateAccount>
  ) async throws -> ComAtproto.Server.CreateAccount.Output {
    let application = try AccountApplication(request.input)
    let caller = try await request.context.authenticatedIfPresent(by: core.services)
    let (account, tokens) = try await core.createAccount(application, caller: caller?.did)
    return ComAtproto.Server.CreateAccount.Output(
      accessJwt: tokens.access,
      refreshJwt: tokens.refresh,
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: await core.document(of: account)
    )
  }

  /// The DID must lead here, with the key that the account has here.
  func activateAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Server.ActivateAccount>
  ) async throws {
    let account = try await core.authorize(request.context, .accountPassword).account
    if let fault = try await core.fault(inIdentityOf: account) {
      throw XRPCServerError.invalidRequest("\(account.did) cannot be activated: \(fault)")
    }
    try await core.activate(account.did)
  }

  /// Nothing of it is served until it is activated again. With `deleteAfter` it is deleted then,
  /// unless it was.
  func deactivateAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Server.DeactivateAccount>
  ) async throws {
    // An account that is taken down may leave.
    let rule = AccessPolicy.accountPassword.orTakendown
    let did = try await core.authorize(request.context, rule).account.did
    let deleteAfter = try request.input.deleteAfter?.parsed().instant.seconds
    try await core.setDeactivated(true, did)
    try await core.store.write { transaction in
      try transaction.accounts.setDeleteAfter(deleteAfter.map { Int($0) }, of: did)
    }
  }

  func checkAccountStatus(
    _ request: XRPCRequest<ComAtproto.Server.CheckAccountStatus>
  ) async throws -> ComAtproto.Server.CheckAccountStatus.Output {
    let account = try await core.authorize(request.context, .anySession.orTakendown).account
    let fault = try await core.fault(inIdentityOf: account)
    return try await core.store.read { transaction in
      guard let counts = try RepositoryCounts(of: account.did, in: transaction) else {
        throw ServiceError(.corruption, "\(account.did) has no repository")
      }
      return ComAtproto.Server.CheckAccountStatus.Output(
        activated: account.status != .deactivated,
        validDid: fault == nil,
        repoCommit: FormatString(counts.head.head.string),
        repoRev: counts.head.rev.string,
        repoBlocks: counts.blocks,
        indexedRecords: counts.records,
        privateStateValues: try transaction.preferences.preferences(of: account.did).count,
        expectedBlobs: counts.blobs.referred,
        importedBlobs: counts.blobs.present
      )
    }
  }

  /// A key that a DID can name before its account is made here; always the same for one DID.
  func reserveSigningKey(
    _ request: XRPCProcedureRequest<ComAtproto.Server.ReserveSigningKey>
  ) async throws -> ComAtproto.Server.ReserveSigningKey.Output {
    let did = try request.input.did?.parsed()
    let key = try await core.store.write { transaction in
      if let did, let key = try transaction.accounts.reservedKey(for: did, orNamed: nil) {
        return key
      }
      // Anybody may ask for keys, so there is an end to them.
      guard try transaction.accounts.reservedKeyCount() < PDSCore.maximumReservedKeys else {
        throw XRPCServerError.notEnoughResources("too many keys are reserved")
      }
      let key = PrivateKey(generating: .k256)
      try transaction.accounts.reserve(key, for: did)
      return key
    }
    return ComAtproto.Server.ReserveSigningKey.Output(signingKey: key.publicKey.didKey)
  }
}

extension PDSCore {
  static let maximumReservedKeys = 100_000

  /// Serves an account again, and tells the network who and where it is and at what state, since
  /// nobody could see what happened meanwhile (Sync specification, "Account Migration").
  func activate(_ did: DID) async throws {
    try await store.write { transaction in
      let before = try transaction.accounts.status(of: did)
      try transaction.accounts.set(.deactivated, false, of: did)
      try transaction.accounts.setDeleteAfter(nil, of: did)
      guard let account = try transaction.accounts.account(did), account.status != before else {
        return
      }
      try transaction.sequence.append(.account(did, account.status))
      guard account.status.isActive else { return }
      try transaction.sequence.append(.identity(did, account.handle))
      let blocks = transaction.repositories.blocks(of: did)
      guard let head = try transaction.repositories.head(of: did),
        let block = try blocks.block(head.head)
      else { throw ServiceError(.corruption, "\(did) has no repository") }
      try transaction.sequence.append(.sync(Commit(block: block, cid: head.head)))
    }
  }
}
