import ATProtoHTTP
import XRPC
import XRPCClient

extension ServiceEndpoint {
  /// Whether it is named by a loopback address, or as the host that is at one (RFC 6761, 6.3).
  var isOnThisMachine: Bool {
    guard let host = HTTPURL("\(self)")?.host else { return false }
    return host == "localhost" || IPAddress(host)?.isLoopback == true
  }

  /// Whether a session may be kept of this server, which the one that the caller chose has named.
  ///
  /// What is kept is the caller's own word to later commands.
  func mayBeKept(loggedInAt chosen: ServiceEndpoint, isDevelopment: Bool) -> Bool {
    !isOnThisMachine || chosen.isOnThisMachine || isDevelopment
  }
}
