package import ATProtoSyntax

/// A browser, recognized by its cookies.
package struct OAuthDevice: Hashable, Sendable {
  package var id: String
  /// SHA-256 of the session cookie.
  package var sessionHash: [UInt8]
  /// SHA-256 of the session cookie before the last rotation, valid for a few seconds.
  package var previousHash: [UInt8]?
  package var rotatedAt: Int
  package var userAgent: String?
  package var address: String?
  package var createdAt: Int
  package var seenAt: Int
  package var expiresAt: Int

  package init(
    id: String,
    sessionHash: [UInt8],
    previousHash: [UInt8]? = nil,
    rotatedAt: Int,
    userAgent: String? = nil,
    address: String? = nil,
    createdAt: Int,
    seenAt: Int,
    expiresAt: Int
  ) {
    self.id = id
    self.sessionHash = sessionHash
    self.previousHash = previousHash
    self.rotatedAt = rotatedAt
    self.userAgent = userAgent
    self.address = address
    self.createdAt = createdAt
    self.seenAt = seenAt
    self.expiresAt = expiresAt
  }
}

/// An account that is signed in on a device.
package struct OAuthSignIn: Hashable, Sendable {
  package var device: String
  package var did: DID
  /// The time of the last sign-in with a password.
  package var authenticatedAt: Int
  /// The only request for which the sign-in is valid; nil if the browser is remembered.
  package var request: String?
  package var expiresAt: Int

  package init(
    device: String,
    did: DID,
    authenticatedAt: Int,
    request: String? = nil,
    expiresAt: Int
  ) {
    self.device = device
    self.did = did
    self.authenticatedAt = authenticatedAt
    self.request = request
    self.expiresAt = expiresAt
  }
}
