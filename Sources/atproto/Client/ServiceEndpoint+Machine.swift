import XRPC
import XRPCClient

extension ServiceEndpoint {
  /// Whether it is named by a loopback address, or as the host that is at one (RFC 6761, 6.3).
  var isOnThisMachine: Bool {
    guard let host = HTTPURL("\(self)")?.host else { return false }
    return host == "localhost" || IPAddress(host)?.isLoopback == true
  }
}
