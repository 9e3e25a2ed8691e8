import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension ServerHandler {
  func requestAccountDelete(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RequestAccountDelete>
  ) async throws {
    let account = try await core.authorize(request.context, .accountPassword).account
    try core.limits?.mail(to: account.did, request.context)
    try await core.sendToken(.deleteAccount, to: account)
  }

  /// Asks for the password as well as for the token: neither a session nor a mailbox is enough.
  func deleteAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Server.DeleteAccount>
  ) async throws {
    let input = request.input
    let did = try input.did.parsed()
    let account = try await core.store.read { transaction in try transaction.accounts.account(did) }
    guard try await core.passwords.matches(input.password, account?.passwordHash) else {
      throw XRPCServerError.authenticationRequired("invalid DID or password")
    }
    try await core.deleteAccount(did) { [core] transaction in
      try core.redeem(input.token, for: .deleteAccount, of: did, in: transaction)
    }
  }
}
