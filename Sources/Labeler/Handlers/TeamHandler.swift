import ATProtoSyntax
package import ToolsOzoneAPI
package import XRPC
import XRPCServer

/// `tools.ozone.team`: the members, whom administrators change.
package struct TeamHandler: ToolsOzone.Team.Handler {
  private let authentication: ModeratorAuthentication
  private let team: Team

  package init(authentication: ModeratorAuthentication, team: Team) {
    self.authentication = authentication
    self.team = team
  }

  package func listMembers(
    _ request: XRPCRequest<ToolsOzone.Team.ListMembers>
  ) async throws -> ToolsOzone.Team.ListMembers.Output {
    _ = try await authentication.moderator(request.context)
    let parameters = request.parameters
    let filter = MemberFilter(
      roles: try (parameters.roles ?? []).prefix(10).map(Self.role),
      isDisabled: parameters.disabled,
      query: parameters.q
    )
    let (members, cursor) = try await team.members(
      filter,
      after: parameters.cursor,
      limit: parameters.limit
    )
    return ToolsOzone.Team.ListMembers.Output(
      cursor: cursor,
      members: members.map { ToolsOzone.Team.Defs.Member($0) }
    )
  }

  package func addMember(
    _ request: XRPCProcedureRequest<ToolsOzone.Team.AddMember>
  ) async throws -> ToolsOzone.Team.Defs.Member {
    let moderator = try await authentication.moderator(request.context)
    let member = try await team.add(
      request.input.did.parsedOrInvalid("did"),
      role: Self.role(request.input.role.rawValue),
      by: moderator
    )
    return ToolsOzone.Team.Defs.Member(member)
  }

  package func updateMember(
    _ request: XRPCProcedureRequest<ToolsOzone.Team.UpdateMember>
  ) async throws -> ToolsOzone.Team.Defs.Member {
    let moderator = try await authentication.moderator(request.context)
    let member = try await team.update(
      request.input.did.parsedOrInvalid("did"),
      role: request.input.role.map { role throws(XRPCServerError) in try Self.role(role.rawValue) },
      isDisabled: request.input.disabled,
      by: moderator
    )
    return ToolsOzone.Team.Defs.Member(member)
  }

  package func deleteMember(
    _ request: XRPCProcedureRequest<ToolsOzone.Team.DeleteMember>
  ) async throws {
    let moderator = try await authentication.moderator(request.context)
    try await team.remove(request.input.did.parsedOrInvalid("did"), by: moderator)
  }

  private static func role(_ token: String) throws(XRPCServerError) -> Role {
    guard let role = Role(token: token) else {
      throw .invalidRequest("'\(token.prefix(200))' is not a role")
    }
    return role
  }
}

extension ToolsOzone.Team.Defs.Member {
  init(_ member: Labeler.Member) {
    self.init(
      did: FormatString(member.did),
      disabled: member.isDisabled,
      createdAt: FormatString(at: member.createdAt),
      updatedAt: FormatString(at: member.updatedAt),
      lastUpdatedBy: member.updatedBy.string,
      role: Role(member.role.token)
    )
  }
}
