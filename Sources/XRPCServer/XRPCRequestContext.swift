public import Hummingbird
import NIOCore

/// Hummingbird's context of a request, with the peer's address.
public struct XRPCRequestContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// Without port; nil for a local socket.
  public let remoteAddress: String?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }
}
