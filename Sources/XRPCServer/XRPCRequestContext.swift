public import Hummingbird
import Logging
import NIOCore

/// Hummingbird's context of a request, with the peer's address.
public struct XRPCRequestContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// Without port; nil for a local socket.
  public let remoteAddress: String?
  let channel: any Channel

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }

  /// Hummingbird keeps it in the metadata of the logger, and traps where the log's handler keeps
  /// none.
  var requestID: String {
    logger[metadataKey: "hb.request.id"]?.description ?? RequestID().description
  }
}
