import ATProtoAuth
import ATProtoSyntax
import HTTPTypes
import Templating
import XRPCServer

/// The members of the team and their roles, for administrators.
struct TeamPage: Sendable {
  let team: Team

  private static let membersPerPage = 100

  private enum Action: String {
    case add, change, disable, enable, remove

    var notice: String {
      switch self {
      case .add: "Member added."
      case .change: "Role changed."
      case .disable: "Membership disabled."
      case .enable: "Membership enabled."
      case .remove: "Member removed."
      }
    }
  }

  func page(_ request: ReviewRequest, _ visitor: ReviewVisitor) async throws -> ReviewPage {
    try Self.check(visitor)
    let (members, cursor) = try await team.members(
      after: request.query["cursor"],
      limit: Self.membersPerPage
    )
    let done = request.query["done"].flatMap(Action.init)
    return ReviewPage(
      title: "Team",
      template: .team,
      values: [
        "notice": done.map { [$0.notice] } ?? [],
        "token": visitor.formToken,
        "owner": team.did.string,
        "members": members.map { Self.view(of: $0, visitor) },
        "isEmpty": members.isEmpty,
        "next": cursor.map { ["\(ReviewLink.team)?" + ReviewLink.query([("cursor", $0)])] } ?? [],
        "roles": Self.roles(nil),
      ],
      visitor: visitor
    )
  }

  /// Returns the page to open next.
  func perform(_ request: ReviewRequest, _ visitor: ReviewVisitor) async throws -> String {
    try Self.check(visitor)
    guard let action = request.form["action"].flatMap(Action.init),
      let did = request.text("did").flatMap({ try? DID($0) })
    else {
      throw ReviewProblem(.badRequest, "That is not a member", "Enter the DID of an account.")
    }
    let moderator = visitor.moderator
    switch action {
    case .add: _ = try await team.add(did, role: Self.role(request), by: moderator)
    case .change:
      let role = try Self.role(request)
      _ = try await team.update(did, role: role, isDisabled: nil, by: moderator)
    case .disable, .enable:
      let isDisabled = action == .disable
      _ = try await team.update(did, role: nil, isDisabled: isDisabled, by: moderator)
    case .remove: try await team.remove(did, by: moderator)
    }
    return "\(ReviewLink.team)?done=\(action.rawValue)"
  }

  private static func check(_ visitor: ReviewVisitor) throws(ReviewProblem) {
    guard visitor.may(.admin) else {
      throw ReviewProblem(.forbidden, "Administrators only", "Your role does not manage the team.")
    }
  }

  private static func role(_ request: ReviewRequest) throws(ReviewProblem) -> Role {
    guard let role = Role.allCases.first(where: { "\($0)" == request.form["role"] }) else {
      throw ReviewProblem(.badRequest, "That is not a role", "Choose one of the list.")
    }
    return role
  }

  private static func roles(_ current: Role?) -> [TemplateView] {
    Role.allCases.reversed().map { role in
      TemplateView(["name": "\(role)", "isCurrent": role == current ?? .moderator])
    }
  }

  private static func view(of member: Member, _ visitor: ReviewVisitor) -> TemplateView {
    TemplateView([
      "did": member.did.string,
      "role": "\(member.role)",
      "isDisabled": member.isDisabled,
      "updated": ReviewText.time(member.updatedAt),
      "updatedBy": member.updatedBy.string,
      "isSelf": member.did == visitor.moderator.did,
      "roles": roles(member.role),
      "token": visitor.formToken,
    ])
  }
}
