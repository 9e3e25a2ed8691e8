import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

// Email and password.
extension ServerHandler {
  func requestEmailConfirmation(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RequestEmailConfirmation>
  ) async throws {
    let account = try await request.context.authenticated(by: sessions.access(.anySession)).account
    try limits?.mail(to: account.did, request.context)
    try await accounts.requestEmailConfirmation(of: account)
  }

  func confirmEmail(
    _ request: XRPCProcedureRequest<ComAtproto.Server.ConfirmEmail>
  ) async throws {
    let did = try await request.context.authenticated(by: sessions.access(.anySession)).did
    let input = request.input
    try await accounts.confirmEmail(input.email, token: input.token, of: did)
  }

  func requestEmailUpdate(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RequestEmailUpdate>
  ) async throws -> ComAtproto.Server.RequestEmailUpdate.Output {
    let account = try await request.context.authenticated(by: sessions.access(.accountPassword))
      .account
    let isTokenRequired = account.emailConfirmedAt != nil
    if isTokenRequired {
      try limits?.mail(to: account.did, request.context)
      try await accounts.requestEmailUpdate(of: account)
    }
    return ComAtproto.Server.RequestEmailUpdate.Output(tokenRequired: isTokenRequired)
  }

  /// Requires a token if the current email is confirmed; the token is sent to that email.
  func updateEmail(
    _ request: XRPCProcedureRequest<ComAtproto.Server.UpdateEmail>
  ) async throws {
    let did = try await request.context.authenticated(by: sessions.access(.accountPassword)).did
    try limits?.emailChange(of: did, request.context)
    let input = request.input
    try await accounts.updateEmail(input.email, token: input.token, of: did)
  }

  func requestPasswordReset(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RequestPasswordReset>
  ) async throws {
    try await accounts.requestPasswordReset(email: request.input.email)
  }

  func resetPassword(
    _ request: XRPCProcedureRequest<ComAtproto.Server.ResetPassword>
  ) async throws {
    try await accounts.resetPassword(request.input.password, token: request.input.token)
  }
}
