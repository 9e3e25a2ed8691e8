import TestSupport
import XRPCAsyncHTTPClient
import XRPCClient

extension ServiceProcess {
  var client: XRPCClient {
    XRPCClient(
      service: ServiceEndpoint(address)!,
      transport: AsyncHTTPClientTransport.shared
    )
  }
}
