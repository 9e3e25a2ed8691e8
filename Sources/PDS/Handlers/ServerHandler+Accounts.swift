import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

// The life of an account (Account specification; guides "Account Lifecycle" and "Account
// Migration").
extension ServerHandler {
  func createAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateAccount>
  ) async throws -> ComAtproto.Server.CreateAccount.Output {
    let application = try AccountApplication(request.input)
    let caller = try await request.context.authenticatedIfPresent(by: services)
    let (account, tokens) = try await registration.createAccount(application, caller: caller?.did)
    return ComAtproto.Server.CreateAccount.Output(
      accessJwt: tokens.access,
      refreshJwt: tokens.refresh,
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: await identities.document(of: account)
    )
  }

  /// The DID must refer to this server and name the signing key that the account has here.
  func activateAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Server.ActivateAccount>
  ) async throws {
    let account = try await request.context.authenticated(by: sessions.access(.accountPassword))
      .account
    if let problem = try await identities.problem(withIdentityOf: account) {
      throw XRPCServerError.invalidRequest("cannot activate \(account.did): \(problem)")
    }
    try await accounts.activate(account.did)
  }

  /// The account is not served until it is activated again. With `deleteAfter`, it is deleted at
  /// that time unless it has been activated.
  func deactivateAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Server.DeactivateAccount>
  ) async throws {
    // An account that is taken down may migrate, too.
    let policy = AccessPolicy.accountPassword.orTakendown
    let did = try await request.context.authenticated(by: sessions.access(policy)).did
    let deleteAfter = try request.input.deleteAfter?.parsed().instant.seconds
    try await accounts.deactivate(did, deleteAfter: deleteAfter.map { Int($0) })
  }

  func checkAccountStatus(
    _ request: XRPCRequest<ComAtproto.Server.CheckAccountStatus>
  ) async throws -> ComAtproto.Server.CheckAccountStatus.Output {
    let account = try await request.context.authenticated(
      by: sessions.access(.anySession.orTakendown)
    ).account
    let isValid = try await isValid(account)
    let counts = try await accounts.counts(of: account.did)
    return ComAtproto.Server.CheckAccountStatus.Output(
      activated: account.status != .deactivated,
      validDid: isValid,
      repoCommit: FormatString(counts.head.head.string),
      repoRev: counts.head.rev.string,
      repoBlocks: counts.blocks,
      indexedRecords: counts.records,
      privateStateValues: counts.preferences,
      expectedBlobs: counts.blobs.referred,
      importedBlobs: counts.blobs.present
    )
  }

  /// Whether the DID is known to refer to this server: false during an outage of the network, which
  /// must not hide the rest of the status.
  private func isValid(_ account: Account) async throws -> Bool {
    do {
      return try await identities.problem(withIdentityOf: account) == nil
    } catch let error as XRPCServerError where error.status == .badGateway {
      return false
    }
  }

  /// Reserves a key that a DID can name before its account is created here. Returns the same key
  /// each time for the same DID.
  func reserveSigningKey(
    _ request: XRPCProcedureRequest<ComAtproto.Server.ReserveSigningKey>
  ) async throws -> ComAtproto.Server.ReserveSigningKey.Output {
    let key = try await accounts.reserveSigningKey(for: request.input.did?.parsed())
    return ComAtproto.Server.ReserveSigningKey.Output(signingKey: key.didKey)
  }

  func requestAccountDelete(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RequestAccountDelete>
  ) async throws {
    let account = try await request.context.authenticated(by: sessions.access(.accountPassword))
      .account
    try limits?.mail(to: account.did, request.context)
    try await deletion.requestToken(for: account)
  }

  func deleteAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Server.DeleteAccount>
  ) async throws {
    let input = request.input
    try await deletion.delete(input.did.parsed(), password: input.password, token: input.token)
  }
}
