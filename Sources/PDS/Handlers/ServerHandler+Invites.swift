import ATProtoSyntax
import ComAtprotoAPI
import XRPC

extension ServerHandler {
  func createInviteCode(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateInviteCode>
  ) async throws -> ComAtproto.Server.CreateInviteCode.Output {
    try await core.checkAdministrator(request.context)
    let made = try await core.createInviteCodes(
      1,
      capacity: request.input.useCount,
      for: [request.input.forAccount?.string ?? InviteCode.administrator]
    )
    return ComAtproto.Server.CreateInviteCode.Output(code: made[0].codes[0])
  }

  func createInviteCodes(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateInviteCodes>
  ) async throws -> ComAtproto.Server.CreateInviteCodes.Output {
    try await core.checkAdministrator(request.context)
    let input = request.input
    let made = try await core.createInviteCodes(
      input.codeCount,
      capacity: input.useCount,
      for: input.forAccounts?.map(\.string) ?? [InviteCode.administrator]
    )
    return ComAtproto.Server.CreateInviteCodes.Output(
      codes: made.map { account, codes in
        ComAtproto.Server.CreateInviteCodes.AccountCodes(account: account, codes: codes)
      }
    )
  }

  /// The codes that an administrator gave the account: none are made with time, as on the reference
  /// implementation unless its operator wants it.
  func getAccountInviteCodes(
    _ request: XRPCRequest<ComAtproto.Server.GetAccountInviteCodes>
  ) async throws -> ComAtproto.Server.GetAccountInviteCodes.Output {
    let account = try await core.authorize(request.context, .accountPassword).account
    let includesUsed = request.parameters.includeUsed
    let codes = try await core.store.read { transaction in
      try transaction.invites.codes(of: account.did.string)
    }
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
