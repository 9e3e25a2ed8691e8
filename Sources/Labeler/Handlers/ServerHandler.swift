import ATProtoHTTP
import ATProtoSyntax
package import ToolsOzoneAPI
package import XRPC

/// `tools.ozone.server`: what moderation apps need to know about this service.
package struct ServerHandler: ToolsOzone.Server.Handler {
  private let authentication: ModeratorAuthentication
  private let targets: [PushTarget]

  package init(authentication: ModeratorAuthentication, targets: [PushTarget]) {
    self.authentication = authentication
    self.targets = targets
  }

  package func getConfig(
    _ request: XRPCRequest<ToolsOzone.Server.GetConfig>
  ) async throws -> ToolsOzone.Server.GetConfig.Output {
    let moderator = try await authentication.moderator(request.context)
    return ToolsOzone.Server.GetConfig.Output(
      appview: service(.appview),
      pds: service(.pds),
      viewer: ToolsOzone.Server.GetConfig.ViewerConfig(
        role: ToolsOzone.Server.GetConfig.ViewerConfig.Role(moderator.role.token)
      )
    )
  }

  private func service(_ kind: PushTarget.Kind) -> ToolsOzone.Server.GetConfig.ServiceConfig? {
    targets.first { $0.kind == kind }.map {
      ToolsOzone.Server.GetConfig.ServiceConfig(url: FormatString($0.url.origin))
    }
  }
}
