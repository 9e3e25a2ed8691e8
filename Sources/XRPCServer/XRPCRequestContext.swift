public import Hummingbird
import Logging
import NIOCore

/// Hummingbird's request context, with the peer's IP address.
public struct XRPCRequestContext: RequestContext {
  /// Hummingbird's own part of the context.
  public var coreContext: CoreRequestContextStorage
  /// The peer's IP address without a port; nil for a local socket.
  public let remoteAddress: String?
  /// The client as reverse proxies report it. Set for requests outside of `/xrpc/`.
  package internal(set) var client: RequestClient
  let channel: any Channel

  /// Creates a context for a request on a connection.
  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
    remoteAddress = source.channel.remoteAddress?.ipAddress
    client = RequestClient(address: remoteAddress)
  }

  /// Hummingbird keeps the ID in the metadata of the logger, and traps if the log handler does not
  /// store metadata.
  var requestID: String {
    logger[metadataKey: "hb.request.id"]?.description ?? RequestID().description
  }
}
