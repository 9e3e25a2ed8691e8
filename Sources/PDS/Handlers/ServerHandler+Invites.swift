import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCServer

extension ServerHandler {
  func createInviteCode(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateInviteCode>
  ) async throws -> ComAtproto.Server.CreateInviteCode.Output {
    try await administrator.check(request.context)
    let created = try await invites.create(
      1,
      capacity: request.input.useCount,
      for: [request.input.forAccount?.string ?? InviteCode.administrator]
    )
    return ComAtproto.Server.CreateInviteCode.Output(code: created[0].codes[0])
  }

  func createInviteCodes(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateInviteCodes>
  ) async throws -> ComAtproto.Server.CreateInviteCodes.Output {
    try await administrator.check(request.context)
    let input = request.input
    let created = try await invites.create(
      input.codeCount,
      capacity: input.useCount,
      for: input.forAccounts?.map(\.string) ?? [InviteCode.administrator]
    )
    return ComAtproto.Server.CreateInviteCodes.Output(
      codes: created.map { account, codes in
        ComAtproto.Server.CreateInviteCodes.AccountCodes(account: account, codes: codes)
      }
    )
  }

  /// The codes that the administrator created for the account. Accounts do not earn codes over
  /// time, which is a setting in the reference implementation.
  func getAccountInviteCodes(
    _ request: XRPCRequest<ComAtproto.Server.GetAccountInviteCodes>
  ) async throws -> ComAtproto.Server.GetAccountInviteCodes.Output {
    let did = try await request.context.authenticated(by: sessions.access(.accountPassword)).did
    let includesUsed = request.parameters.includeUsed
    let codes = try await invites.codes(of: did)
    return ComAtproto.Server.GetAccountInviteCodes.Output(
      codes:
        codes
        .filter { !$0.isDisabled && (includesUsed || $0.isAvailable) }
        .map(ComAtproto.Server.Defs.InviteCode.init)
    )
  }
}

extension ComAtproto.Server.Defs.InviteCode {
  init(_ code: InviteCode) {
    self.init(
      code: code.code,
      available: code.capacity,
      disabled: code.isDisabled,
      forAccount: code.forAccount,
      createdBy: code.createdBy,
      createdAt: FormatString(seconds: code.createdAt),
      uses: code.uses.map { use in
        ComAtproto.Server.Defs.InviteCodeUse(
          usedBy: FormatString(use.usedBy),
          usedAt: FormatString(seconds: use.usedAt)
        )
      }
    )
  }
}
