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
}
