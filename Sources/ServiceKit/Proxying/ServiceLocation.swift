public import ATProtoHTTP
public import ATProtoSyntax
import XRPC

/// A service that the operator chose, by its DID and its base URL.
public struct ServiceLocation: Hashable, Sendable {
  /// The audience of service tokens, without a fragment.
  public var did: DID
  /// Scheme, host and port.
  public var url: HTTPURL

  /// - Parameter url: scheme, host and port; a path is not used.
  public init(did: DID, url: HTTPURL) {
    self.did = did
    self.url = url
  }
}
