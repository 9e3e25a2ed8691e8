import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// `com.atproto.admin`: accounts, for the administrator. Invite codes and takedowns are beside it.
///
/// Every method asks for the administrator first (XRPC specification, "Admin Token").
struct AdminHandler: ComAtproto.Admin.Handler {
  typealias AccountView = ComAtproto.Admin.Defs.AccountView

  let core: PDSCore

  func getAccountInfo(
    _ request: XRPCRequest<ComAtproto.Admin.GetAccountInfo>
  ) async throws -> AccountView {
    try await core.checkAdministrator(request.context)
    let did = try request.parameters.did.parsed()
    return try await core.store.read { transaction in
      guard let account = try transaction.accounts.account(did) else {
        throw XRPCServerError.accountNotFound
      }
      return try AccountView(account, transaction)
    }
  }

  /// Accounts that are not here are left out.
  func getAccountInfos(
    _ request: XRPCRequest<ComAtproto.Admin.GetAccountInfos>
  ) async throws -> ComAtproto.Admin.GetAccountInfos.Output {
    try await core.checkAdministrator(request.context)
    let dids = try request.parameters.dids.map { try $0.parsed() }
    return ComAtproto.Admin.GetAccountInfos.Output(
      infos: try await core.store.read { transaction in
        try dids.compactMap { did in
          try transaction.accounts.account(did).map { try AccountView($0, transaction) }
        }
      }
    )
  }

  func searchAccounts(
    _ request: XRPCRequest<ComAtproto.Admin.SearchAccounts>
  ) async throws -> ComAtproto.Admin.SearchAccounts.Output {
    try await core.checkAdministrator(request.context)
    let parameters = request.parameters
    let views = try await core.store.read { transaction in
      try transaction.accounts.page(
        email: parameters.email,
        after: parameters.cursor,
        limit: parameters.limit
      ).map { try AccountView($0, transaction) }
    }
    return ComAtproto.Admin.SearchAccounts.Output(
      cursor: views.count == parameters.limit ? views.last?.did.string : nil,
      accounts: views
    )
  }

  func updateAccountEmail(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateAccountEmail>
  ) async throws {
    try await core.checkAdministrator(request.context)
    let input = request.input
    let identifier = try input.account.parsed()
    try await core.store.write { [core] transaction in
      guard let account = try transaction.accounts.account(identifier) else {
        throw XRPCServerError.accountNotFound
      }
      try core.setEmail(input.email, of: account.did, in: transaction)
    }
  }

  func updateAccountPassword(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateAccountPassword>
  ) async throws {
    try await core.checkAdministrator(request.context)
    let did = try request.input.did.parsed()
    let hash = try await core.hashNewPassword(request.input.password)
    try await core.store.write { [core] transaction in
      guard try transaction.accounts.status(of: did) != nil else {
        throw XRPCServerError.accountNotFound
      }
      try core.setPassword(hash, of: did, in: transaction)
    }
  }

  func deleteAccount(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.DeleteAccount>
  ) async throws {
    try await core.checkAdministrator(request.context)
    let did = try request.input.did.parsed()
    try await core.deleteAccount(did)
  }

  func sendEmail(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.SendEmail>
  ) async throws -> ComAtproto.Admin.SendEmail.Output {
    try await core.checkAdministrator(request.context)
    let input = request.input
    let did = try input.recipientDid.parsed()
    let account = try await core.store.read { transaction in try transaction.accounts.account(did) }
    guard let account else { throw XRPCServerError.accountNotFound }
    let subject = input.subject ?? "A message from \(core.configuration.hostname)"
    try await core.postOffice.send(
      MailContent(subject: subject, body: input.content),
      to: account.email
    )
    return ComAtproto.Admin.SendEmail.Output(sent: true)
  }
}

extension ComAtproto.Admin.Defs.AccountView {
  init(_ account: Account, _ transaction: any PDSTransaction) throws {
    let invites = transaction.invites
    self.init(
      did: FormatString(account.did),
      handle: FormatString(account.handle),
      email: account.email,
      indexedAt: FormatString(seconds: account.createdAt),
      invitedBy: try invites.code(usedBy: account.did)
        .map(ComAtproto.Server.Defs.InviteCode.init),
      invites: try invites.codes(of: account.did.string)
        .map(ComAtproto.Server.Defs.InviteCode.init),
      invitesDisabled: account.areInvitesDisabled,
      emailConfirmedAt: account.emailConfirmedAt.map { FormatString(seconds: $0) },
      deactivatedAt: account.deactivatedAt.map { FormatString(seconds: $0) }
    )
  }
}
