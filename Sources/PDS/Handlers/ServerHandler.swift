import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCServer

/// `com.atproto.server`: the server itself, accounts and sessions.
struct ServerHandler: ComAtproto.Server.Handler {
  let description: ComAtproto.Server.DescribeServer.Output
  let accounts: Accounts
  let registration: AccountRegistration
  let deletion: AccountDeletion
  let sessions: Sessions
  let appPasswords: AppPasswords
  let invites: Invites
  let identities: Identities
  let serviceTokens: ServiceTokens
  /// Authenticates calls that another server makes on behalf of an account.
  let services: ServiceAuthentication
  let administrator: Administrator
  /// Nil if rate limits are off.
  let limits: CallLimits?

  func describeServer(
    _ request: XRPCRequest<ComAtproto.Server.DescribeServer>
  ) async throws -> ComAtproto.Server.DescribeServer.Output {
    description
  }
}

extension ServiceAuthentication {
  convenience init(
    _ configuration: PDSConfiguration,
    _ directory: any IdentityDirectory
  ) throws {
    let did = try configuration.serverDID().string
    self.init(audiences: [did, "\(did)#atproto_pds"], directory: directory)
  }
}

extension ComAtproto.Server.DescribeServer.Output {
  /// Throws ``ServiceError/Code/configuration`` if the hostname is not valid.
  init(_ configuration: PDSConfiguration) throws {
    typealias Method = ComAtproto.Server.DescribeServer
    self.init(
      inviteCodeRequired: configuration.isInviteRequired,
      phoneVerificationRequired: false,
      blobUploadLimit: configuration.blobUploadLimit,
      availableUserDomains: configuration.handleDomains,
      links: Method.Links(
        privacyPolicy: configuration.privacyPolicyURL.map { FormatString($0) },
        termsOfService: configuration.termsOfServiceURL.map { FormatString($0) }
      ),
      contact: Method.Contact(email: configuration.contactEmail),
      did: FormatString(try configuration.serverDID())
    )
  }
}
