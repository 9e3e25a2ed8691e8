package import ATProtoSyntax

/// What an account has granted a client before.
package struct OAuthConsent: Hashable, Sendable {
  package var did: DID
  package var clientID: String
  package var scope: String
  package var grantedAt: Int

  package init(did: DID, clientID: String, scope: String, grantedAt: Int) {
    self.did = did
    self.clientID = clientID
    self.scope = scope
    self.grantedAt = grantedAt
  }
}
