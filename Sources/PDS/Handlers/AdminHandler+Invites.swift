import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension AdminHandler {
  func getInviteCodes(
    _ request: XRPCRequest<ComAtproto.Admin.GetInviteCodes>
  ) async throws -> ComAtproto.Admin.GetInviteCodes.Output {
    try await core.checkAdministrator(request.context)
    let parameters = request.parameters
    guard let order = InviteOrder(rawValue: parameters.sort.rawValue) else {
      throw XRPCServerError.invalidRequest("sort is 'recent' or 'usage'")
    }
    let cursor = parameters.cursor.map(InviteCursor.init)
    if case .some(nil) = cursor { throw XRPCServerError.invalidRequest("no cursor of this list") }
    let codes = try await core.store.read { transaction in
      try transaction.invites.page(order, after: cursor ?? nil, limit: parameters.limit)
    }
    return ComAtproto.Admin.GetInviteCodes.Output(
      cursor: codes.count == parameters.limit
        ? codes.last.map { InviteCursor($0, order).text } : nil,
      codes: codes.map(ComAtproto.Server.Defs.InviteCode.init)
    )
  }

  func disableInviteCodes(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.DisableInviteCodes>
  ) async throws {
    try await core.checkAdministrator(request.context)
    let codes = request.input.codes ?? []
    let accounts = request.input.accounts ?? []
    if accounts.contains(InviteCode.administrator) {
      throw XRPCServerError.invalidRequest("the administrator's codes are disabled one by one")
    }
    try await core.store.write { transaction in
      try transaction.invites.disable(codes, of: accounts)
    }
  }

  func disableAccountInvites(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.DisableAccountInvites>
  ) async throws {
    try await core.checkAdministrator(request.context)
    try await setInvitesDisabled(true, request.input.account.parsed())
  }

  func enableAccountInvites(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.EnableAccountInvites>
  ) async throws {
    try await core.checkAdministrator(request.context)
    try await setInvitesDisabled(false, request.input.account.parsed())
  }

  private func setInvitesDisabled(_ areDisabled: Bool, _ did: DID) async throws {
    try await core.store.write { transaction in
      guard try transaction.accounts.status(of: did) != nil else {
        throw XRPCServerError.accountNotFound
      }
      try transaction.accounts.setInvitesDisabled(areDisabled, of: did)
    }
  }
}
