import ATProtoHTTP
import ComAtprotoAPI
import XRPC
import XRPCClient

extension XRPCClient {
  /// Sees to it that a body which can be sent only once does not meet an access token that has
  /// expired.
  func prepare(toSend content: BodyContent?) async throws {
    guard let content, !content.isRepeatable, session != nil else { return }
    _ = try await comAtproto.server.getSession()
  }
}
