import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCServer

extension AdminHandler {
  func getInviteCodes(
    _ request: XRPCRequest<ComAtproto.Admin.GetInviteCodes>
  ) async throws -> ComAtproto.Admin.GetInviteCodes.Output {
    try await moderators.check(request.context)
    let parameters = request.parameters
    guard let order = InviteOrder(rawValue: parameters.sort.rawValue) else {
      throw XRPCServerError.invalidRequest("sort must be 'recent' or 'usage'")
    }
    let cursor = parameters.cursor.map(InviteCursor.init)
    if case .some(nil) = cursor { throw XRPCServerError.invalidRequest("cursor is not valid") }
    let codes = try await invites.page(order, after: cursor ?? nil, limit: parameters.limit)
    return ComAtproto.Admin.GetInviteCodes.Output(
      cursor: codes.count == parameters.limit
        ? codes.last.map { InviteCursor($0, order).text } : nil,
      codes: codes.map(ComAtproto.Server.Defs.InviteCode.init)
    )
  }

  func disableInviteCodes(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.DisableInviteCodes>
  ) async throws {
    try await moderators.check(request.context)
    try await invites.disable(request.input.codes ?? [], of: request.input.accounts ?? [])
  }

  func disableAccountInvites(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.DisableAccountInvites>
  ) async throws {
    try await moderators.check(request.context)
    try await invites.setDisabled(true, for: request.input.account.parsed())
  }

  func enableAccountInvites(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.EnableAccountInvites>
  ) async throws {
    try await moderators.check(request.context)
    try await invites.setDisabled(false, for: request.input.account.parsed())
  }
}
