import ATProtoSyntax
import ComAtprotoAPI
import XRPC

extension ServerHandler {
  func createSession(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateSession>
  ) async throws -> ComAtproto.Server.CreateSession.Output {
    let input = request.input
    try core.limits?.logIn(input.identifier, request.context)
    let (account, tokens) = try await core.logIn(
      identifier: input.identifier,
      password: input.password,
      allowsTakendown: input.allowTakendown ?? false
    )
    return ComAtproto.Server.CreateSession.Output(
      accessJwt: tokens.access,
      refreshJwt: tokens.refresh,
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: await core.document(of: account),
      email: account.email,
      emailConfirmed: account.emailConfirmedAt != nil,
      active: account.status.isActive,
      status: account.status.wireValue.map { ComAtproto.Server.CreateSession.Output.Status($0) }
    )
  }

  func refreshSession(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RefreshSession>
  ) async throws -> ComAtproto.Server.RefreshSession.Output {
    let claims = try core.refreshClaims(request.context)
    let session = try await core.store.write { [core] transaction in
      guard let account = try transaction.accounts.account(claims.did) else {
        return nil as (Account, SessionTokenPair)?
      }
      try account.status.check(.anySession)
      return try core.continueSession(claims, in: transaction).map { (account, $0) }
    }
    guard let (account, tokens) = session else {
      throw ComAtproto.Server.RefreshSession.Failure.invalidToken(message: "the token was revoked")
    }
    return ComAtproto.Server.RefreshSession.Output(
      accessJwt: tokens.access,
      refreshJwt: tokens.refresh,
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: await core.document(of: account),
      email: account.email,
      emailConfirmed: account.emailConfirmedAt != nil,
      active: account.status.isActive,
      status: account.status.wireValue.map { ComAtproto.Server.RefreshSession.Output.Status($0) }
    )
  }

  func getSession(
    _ request: XRPCRequest<ComAtproto.Server.GetSession>
  ) async throws -> ComAtproto.Server.GetSession.Output {
    let account = try await core.authorize(request.context, .anySession).account
    return ComAtproto.Server.GetSession.Output(
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: await core.document(of: account),
      email: account.email,
      emailConfirmed: account.emailConfirmedAt != nil,
      active: account.status.isActive,
      status: account.status.wireValue.map { ComAtproto.Server.GetSession.Output.Status($0) }
    )
  }

  /// Ends the session, with its newest refresh token or one before it.
  func deleteSession(
    _ request: XRPCProcedureRequest<ComAtproto.Server.DeleteSession>
  ) async throws {
    let claims = try core.refreshClaims(request.context)
    let isKnown = try await core.store.write { transaction in
      let tokens = transaction.refreshTokens
      guard let token = try tokens.token(claims.id), token.did == claims.did else { return false }
      try tokens.end(session: token.session, of: token.did)
      return true
    }
    guard isKnown else {
      throw ComAtproto.Server.DeleteSession.Failure.invalidToken(message: "the token was revoked")
    }
  }
}
