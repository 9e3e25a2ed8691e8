package import ATProtoSyntax

/// A pushed authorization request, from PAR until its code is exchanged.
package struct OAuthRequest: Hashable, Sendable {
  /// The part of the `request_uri` after `urn:ietf:params:oauth:request_uri:`.
  package var id: String
  package var clientID: String
  /// The parameters of the request as a JSON object.
  package var parameters: [UInt8]
  package var binding: OAuthBinding
  /// The time after which the row can be removed: of the request, or after approval of the code.
  package var expiresAt: Int
  /// The network of the client that pushed the request.
  package var network: String?
  /// The browser that displayed the request first; no other may continue it.
  package var device: String?
  /// The account that approved the request.
  package var did: DID?
  /// The permissions that the account granted; at most those requested.
  package var grantedScope: String?
  /// SHA-256 of the code.
  package var codeHash: [UInt8]?
  /// The session that was made from the code: a second use ends it.
  package var session: String?

  package init(
    id: String,
    clientID: String,
    parameters: [UInt8],
    binding: OAuthBinding,
    expiresAt: Int,
    network: String? = nil
  ) {
    self.id = id
    self.clientID = clientID
    self.parameters = parameters
    self.binding = binding
    self.expiresAt = expiresAt
    self.network = network
  }
}
