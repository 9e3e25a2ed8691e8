import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCServer

/// `com.atproto.admin`: accounts, invite codes and takedowns, for the administrator.
///
/// Every method accepts the administrator's password (XRPC specification, "Admin Token"). Methods that
/// moderators need accept the token of the moderation service, too.
struct AdminHandler: ComAtproto.Admin.Handler {
  typealias AccountView = ComAtproto.Admin.Defs.AccountView

  let administrator: Administrator
  let moderators: Moderators
  let accounts: Accounts
  let deletion: AccountDeletion
  let identities: Identities
  let invites: Invites
  let takedowns: Takedowns

  func getAccountInfo(
    _ request: XRPCRequest<ComAtproto.Admin.GetAccountInfo>
  ) async throws -> AccountView {
    try await moderators.check(request.context)
    let did = try request.parameters.did.parsed()
    guard let details = try await accounts.details(of: [did]).first else {
      throw XRPCServerError.accountNotFound
    }
    return AccountView(details)
  }

  /// Accounts that do not exist are left out.
  func getAccountInfos(
    _ request: XRPCRequest<ComAtproto.Admin.GetAccountInfos>
  ) async throws -> ComAtproto.Admin.GetAccountInfos.Output {
    try await moderators.check(request.context)
    let dids = try request.parameters.dids.map { try $0.parsed() }
    return ComAtproto.Admin.GetAccountInfos.Output(
      infos: try await accounts.details(of: dids).map(AccountView.init)
    )
  }

  func searchAccounts(
    _ request: XRPCRequest<ComAtproto.Admin.SearchAccounts>
  ) async throws -> ComAtproto.Admin.SearchAccounts.Output {
    try await moderators.check(request.context)
    let parameters = request.parameters
    let found = try await accounts.search(
      email: parameters.email,
      after: parameters.cursor,
      limit: parameters.limit
    )
    return ComAtproto.Admin.SearchAccounts.Output(
      cursor: found.count == parameters.limit ? found.last?.account.did.string : nil,
      accounts: found.map(AccountView.init)
    )
  }

  func updateAccountEmail(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateAccountEmail>
  ) async throws {
    try await administrator.check(request.context)
    try await accounts.setEmail(request.input.email, of: request.input.account.parsed())
  }

  func updateAccountPassword(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateAccountPassword>
  ) async throws {
    try await administrator.check(request.context)
    try await accounts.setPassword(request.input.password, of: request.input.did.parsed())
  }

  func deleteAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.DeleteAccount>
  ) async throws {
    try await administrator.check(request.context)
    try await deletion.delete(request.input.did.parsed())
  }

  func sendEmail(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.SendEmail>
  ) async throws -> ComAtproto.Admin.SendEmail.Output {
    try await moderators.check(request.context)
    let input = request.input
    let account = try await accounts.existing(input.recipientDid.parsed())
    try await accounts.sendMail(input.content, subject: input.subject, to: account)
    return ComAtproto.Admin.SendEmail.Output(sent: true)
  }
}

extension ComAtproto.Admin.Defs.AccountView {
  init(_ details: AccountDetails) {
    let account = details.account
    self.init(
      did: FormatString(account.did),
      handle: FormatString(account.handle),
      email: account.email,
      indexedAt: FormatString(seconds: account.createdAt),
      invitedBy: details.invitedBy.map(ComAtproto.Server.Defs.InviteCode.init),
      invites: details.invites.map(ComAtproto.Server.Defs.InviteCode.init),
      invitesDisabled: account.areInvitesDisabled,
      emailConfirmedAt: account.emailConfirmedAt.map { FormatString(seconds: $0) },
      deactivatedAt: account.deactivatedAt.map { FormatString(seconds: $0) }
    )
  }
}
