import ATProtoAuth
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension ServerHandler {
  func createSession(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateSession>
  ) async throws -> ComAtproto.Server.CreateSession.Output {
    let input = request.input
    try limits?.logIn(input.identifier, request.context)
    let (account, tokens) = try await sessions.logIn(
      identifier: input.identifier,
      password: input.password,
      allowsTakendown: input.allowTakendown ?? false
    )
    return ComAtproto.Server.CreateSession.Output(
      accessJwt: tokens.access,
      refreshJwt: tokens.refresh,
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: await identities.document(of: account),
      email: account.email,
      emailConfirmed: account.emailConfirmedAt != nil,
      active: account.status.isActive,
      status: account.status.wireValue.map { ComAtproto.Server.CreateSession.Output.Status($0) }
    )
  }

  func refreshSession(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RefreshSession>
  ) async throws -> ComAtproto.Server.RefreshSession.Output {
    let claims = try await request.context.authenticated(by: sessions.refreshToken)
    let (account, tokens) = try await sessions.refresh(claims)
    return ComAtproto.Server.RefreshSession.Output(
      accessJwt: tokens.access,
      refreshJwt: tokens.refresh,
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: await identities.document(of: account),
      email: account.email,
      emailConfirmed: account.emailConfirmedAt != nil,
      active: account.status.isActive,
      status: account.status.wireValue.map { ComAtproto.Server.RefreshSession.Output.Status($0) }
    )
  }

  func getSession(
    _ request: XRPCRequest<ComAtproto.Server.GetSession>
  ) async throws -> ComAtproto.Server.GetSession.Output {
    let caller = try await request.context.authenticated(by: sessions.access(.anySession))
    let account = caller.account
    // Permission specification, "account": `read` "makes the email and verification status visible".
    let showsEmail = caller.allows(.account(.email, .read))
    return ComAtproto.Server.GetSession.Output(
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: await identities.document(of: account),
      email: showsEmail ? account.email : nil,
      emailConfirmed: showsEmail ? account.emailConfirmedAt != nil : nil,
      active: account.status.isActive,
      status: account.status.wireValue.map { ComAtproto.Server.GetSession.Output.Status($0) }
    )
  }

  /// Takes the session's current refresh token or an earlier one.
  func deleteSession(
    _ request: XRPCProcedureRequest<ComAtproto.Server.DeleteSession>
  ) async throws {
    try await sessions.end(request.context.authenticated(by: sessions.refreshToken))
  }
}
