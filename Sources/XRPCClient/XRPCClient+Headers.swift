public import ATProtoSyntax
import HTTPTypes

extension XRPCClient {
  /// Returns a client whose calls the account's server proxies to another service, with a service
  /// token for the account (XRPC specification, "Service Proxying").
  ///
  /// - Parameter service: the fragment of the service in the DID document: `bsky_appview`.
  public func proxied(to did: DID, service: String) -> XRPCClient {
    with("atproto-proxy", "\(did)#\(service)")
  }

  /// Returns a client whose calls request the labels of these labelers and no others (Label
  /// specification, "Labeler HTTP Headers").
  public func accepting(labelers: [AcceptedLabeler]) -> XRPCClient {
    with("atproto-accept-labelers", labelers.map(\.description).joined(separator: ", "))
  }

  private func with(_ name: String, _ value: String) -> XRPCClient {
    var client = self
    if let name = HTTPField.Name(name) { client.headers[name] = value }
    return client
  }
}

/// A labeler whose labels a client wants to see.
public struct AcceptedLabeler: Hashable, Sendable {
  /// The labeler's DID.
  public var did: DID
  /// Whether responses omit what the labeler has taken down, instead of labeling it.
  public var redacts: Bool

  /// Creates a reference to a labeler.
  public init(_ did: DID, redacts: Bool = false) {
    self.did = did
    self.redacts = redacts
  }
}

extension AcceptedLabeler: CustomStringConvertible {
  /// The value for the header: the DID, followed by `;redact` if it applies.
  public var description: String { redacts ? "\(did);redact" : "\(did)" }
}
