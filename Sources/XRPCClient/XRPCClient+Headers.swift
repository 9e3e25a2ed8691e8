public import ATProtoSyntax
import HTTPTypes

extension XRPCClient {
  /// A client whose calls the account's server passes on, signed for the account (XRPC
  /// specification, "Service Proxying").
  ///
  /// - Parameter service: the fragment of the service in the DID document: `bsky_appview`.
  public func proxied(to did: DID, service: String) -> XRPCClient {
    with("atproto-proxy", "\(did)#\(service)")
  }

  /// A client whose calls ask for the labels of these labelers and no others (Label
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
