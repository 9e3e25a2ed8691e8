import ATProtoSyntax
import ComAtprotoAPI
import XRPC

/// `com.atproto.server`: the server itself, accounts and sessions.
struct ServerHandler: ComAtproto.Server.Handler {
  let core: PDSCore

  func describeServer(
    _ request: XRPCRequest<ComAtproto.Server.DescribeServer>
  ) async throws -> ComAtproto.Server.DescribeServer.Output {
    typealias Method = ComAtproto.Server.DescribeServer
    let configuration = core.configuration
    return Method.Output(
      inviteCodeRequired: configuration.isInviteRequired,
      phoneVerificationRequired: false,
      blobUploadLimit: configuration.blobUploadLimit,
      availableUserDomains: configuration.handleDomains,
      links: Method.Links(
        privacyPolicy: configuration.privacyPolicyURL.map { FormatString($0) },
        termsOfService: configuration.termsOfServiceURL.map { FormatString($0) }
      ),
      contact: Method.Contact(email: configuration.contactEmail),
      did: FormatString(core.serverDID)
    )
  }
}
