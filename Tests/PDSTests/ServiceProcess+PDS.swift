import TestSupport
import XRPCAsyncHTTPClient
import XRPCClient

extension ServiceProcess {
  /// `atproto pds serve` on any free port.
  convenience init(
    pds folder: String,
    _ arguments: [String],
    environment: [String] = []
  ) async throws {
    try await self.init(
      ["pds", "serve", "--data", folder + "/data"] + arguments,
      in: folder,
      environment: environment
    )
  }

  var client: XRPCClient {
    XRPCClient(
      service: ServiceEndpoint(address)!,
      transport: AsyncHTTPClientTransport.shared
    )
  }
}
