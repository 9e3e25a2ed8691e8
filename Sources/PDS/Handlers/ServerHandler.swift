import ATProtoSyntax
import ComAtprotoAPI
import XRPC

/// `com.atproto.server`: accounts and sessions.
struct ServerHandler: ComAtproto.Server.Handler {
  let core: PDSCore

  func describeServer(
    _ request: XRPCRequest<ComAtproto.Server.DescribeServer>
  ) async throws -> ComAtproto.Server.DescribeServer.Output {
    ComAtproto.Server.DescribeServer.Output(
      inviteCodeRequired: false,
      phoneVerificationRequired: false,
      availableUserDomains: core.configuration.handleDomains,
      did: FormatString(core.serverDID)
    )
  }

  func createAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateAccount>
  ) async throws -> ComAtproto.Server.CreateAccount.Output {
    let policy = HandlePolicy(core.configuration)
    let application = try AccountApplication(request.input, policy)
    let (account, tokens) = try await core.createAccount(application)
    return ComAtproto.Server.CreateAccount.Output(
      accessJwt: tokens.access,
      refreshJwt: tokens.refresh,
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: account.document
    )
  }

  func createSession(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateSession>
  ) async throws -> ComAtproto.Server.CreateSession.Output {
    let input = request.input
    let account = try await core.account(identifier: input.identifier)
    guard try await core.passwords.matches(input.password, account?.passwordHash), let account
    else {
      // The same answer, after the same time, whether or not there is such an account.
      throw XRPCServerError.authenticationRequired("invalid identifier or password")
    }
    let tokens = try await core.store.write { [core] transaction in
      try core.startSession(of: account.did, in: transaction)
    }
    return ComAtproto.Server.CreateSession.Output(
      accessJwt: tokens.access,
      refreshJwt: tokens.refresh,
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: account.document,
      email: account.email,
      emailConfirmed: false,
      active: true
    )
  }

  func refreshSession(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RefreshSession>
  ) async throws -> ComAtproto.Server.RefreshSession.Output {
    let claims = try core.refreshClaims(request.context)
    let session = try await core.store.write { [core] transaction in
      let account = try transaction.accounts.account(claims.did)
      let tokens = try core.continueSession(claims, in: transaction)
      return account.flatMap { account in tokens.map { (account, $0) } }
    }
    guard let (account, tokens) = session else {
      throw ComAtproto.Server.RefreshSession.Failure.invalidToken(message: "the token was revoked")
    }
    return ComAtproto.Server.RefreshSession.Output(
      accessJwt: tokens.access,
      refreshJwt: tokens.refresh,
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: account.document,
      email: account.email,
      emailConfirmed: false,
      active: true
    )
  }

  func getSession(
    _ request: XRPCRequest<ComAtproto.Server.GetSession>
  ) async throws -> ComAtproto.Server.GetSession.Output {
    let account = try await core.authenticated(request.context)
    return ComAtproto.Server.GetSession.Output(
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: account.document,
      email: account.email,
      emailConfirmed: false,
      active: true
    )
  }

  func deleteSession(
    _ request: XRPCProcedureRequest<ComAtproto.Server.DeleteSession>
  ) async throws {
    let claims = try core.refreshClaims(request.context)
    let isKnown = try await core.store.write { transaction in
      let table = transaction.refreshTokens
      guard let entry = try table.entry(claims.id), entry.did == claims.did else { return false }
      try table.delete(claims.id)
      return true
    }
    guard isKnown else {
      throw ComAtproto.Server.DeleteSession.Failure.invalidToken(message: "the token was revoked")
    }
  }
}
