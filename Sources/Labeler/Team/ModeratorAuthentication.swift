package import ATProtoIdentity
package import ATProtoSyntax
import ServiceKit
package import XRPC
import XRPCServer

/// Recognizes moderators and reporters.
package struct ModeratorAuthentication: Sendable {
  private let did: DID
  private let team: Team
  private let administrator: Administrator
  private let tokens: ServiceAuthentication

  /// - Parameter passwords: of the administrator, each of which is accepted.
  package init(team: Team, passwords: [String], directory: any IdentityDirectory) {
    did = team.did
    self.team = team
    administrator = Administrator(passwords: passwords)
    // Only the key of the account: a labeler's key signs labels, not requests for others.
    tokens = ServiceAuthentication(
      audiences: [team.did.string, "\(team.did)#atproto_labeler"],
      keyIDs: ["#atproto"],
      directory: directory
    )
  }

  /// Returns the moderator who calls: the administrator with the password, the labeler's own account,
  /// or a member of the team.
  ///
  /// Throws 401 for everyone else.
  package func moderator(_ context: XRPCContext) async throws -> Moderator {
    if isBasic(context) {
      try await administrator.check(context)
      return Moderator(did: did, role: .admin, isPassword: true)
    }
    return try await team.moderator(context.authenticated(by: tokens).did)
  }

  /// Returns the account that reports: any account with a service token. The administrator reports
  /// in the labeler's name.
  package func reporter(_ context: XRPCContext) async throws -> DID {
    if isBasic(context) {
      try await administrator.check(context)
      return did
    }
    return try await context.authenticated(by: tokens).did
  }

  private func isBasic(_ context: XRPCContext) -> Bool {
    if case .basic? = context.authorization { true } else { false }
  }
}
