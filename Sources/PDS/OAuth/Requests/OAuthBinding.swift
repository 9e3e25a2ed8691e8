/// The keys to which a request and the session made from it are bound.
package struct OAuthBinding: Hashable, Sendable {
  /// The thumbprint of the DPoP key (RFC 7638).
  package var dpopThumbprint: String
  /// `kid` of the key that signed the client assertion; nil for a public client.
  package var clientKeyID: String?
  /// The thumbprint of that key.
  package var clientKeyThumbprint: String?

  package init(
    dpopThumbprint: String,
    clientKeyID: String? = nil,
    clientKeyThumbprint: String? = nil
  ) {
    self.dpopThumbprint = dpopThumbprint
    self.clientKeyID = clientKeyID
    self.clientKeyThumbprint = clientKeyThumbprint
  }

  package var isConfidential: Bool { clientKeyThumbprint != nil }
}
