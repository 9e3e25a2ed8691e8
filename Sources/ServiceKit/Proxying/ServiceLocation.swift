public import ATProtoHTTP
public import ATProtoSyntax
import XRPC

/// A service that the operator chose, by its DID and its base URL.
public struct ServiceLocation: Hashable, Sendable {
  public var did: DID
  /// Scheme, host and port.
  public var url: HTTPURL

  public init(did: DID, url: HTTPURL) {
    self.did = did
    self.url = url
  }
}
