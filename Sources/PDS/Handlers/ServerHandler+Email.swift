import ATProtoSyntax
import ComAtprotoAPI
import XRPC

extension ServerHandler {
  func requestEmailConfirmation(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RequestEmailConfirmation>
  ) async throws {
    let account = try await core.authorize(request.context, .anySession).account
    try core.limits?.mail(to: account.did, request.context)
    try await core.sendToken(.confirmEmail, to: account)
  }

  func confirmEmail(
    _ request: XRPCProcedureRequest<ComAtproto.Server.ConfirmEmail>
  ) async throws {
    let did = try await core.authorize(request.context, .anySession).account.did
    let input = request.input
    try await core.store.write { [core] transaction in
      guard let account = try transaction.accounts.account(did) else {
        throw ComAtproto.Server.ConfirmEmail.Failure.accountNotFound(message: nil)
      }
      guard account.email.lowercased() == input.email.lowercased() else {
        throw ComAtproto.Server.ConfirmEmail.Failure.invalidEmail(
          message: "this is not the account's e-mail address"
        )
      }
      try core.redeem(input.token, for: .confirmEmail, of: did, in: transaction)
      try transaction.accounts.setEmailConfirmed(of: did, at: currentSeconds())
    }
  }

  func requestEmailUpdate(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RequestEmailUpdate>
  ) async throws -> ComAtproto.Server.RequestEmailUpdate.Output {
    let account = try await core.authorize(request.context, .accountPassword).account
    let isTokenRequired = account.emailConfirmedAt != nil
    if isTokenRequired {
      try core.limits?.mail(to: account.did, request.context)
      try await core.sendToken(.updateEmail, to: account)
    }
    return ComAtproto.Server.RequestEmailUpdate.Output(tokenRequired: isTokenRequired)
  }

  /// A token is asked for where the present address is confirmed: it goes there.
  func updateEmail(
    _ request: XRPCProcedureRequest<ComAtproto.Server.UpdateEmail>
  ) async throws {
    let did = try await core.authorize(request.context, .accountPassword).account.did
    try core.limits?.emailChange(of: did, request.context)
    let input = request.input
    try await core.store.write { [core] transaction in
      let isConfirmed = try transaction.accounts.account(did)?.emailConfirmedAt != nil
      if let token = input.token {
        try core.redeem(token, for: .updateEmail, of: did, in: transaction)
      } else if isConfirmed {
        throw ComAtproto.Server.UpdateEmail.Failure.tokenRequired(
          message: "a token of requestEmailUpdate is required"
        )
      }
      try core.setEmail(input.email, of: did, in: transaction)
    }
  }
}
