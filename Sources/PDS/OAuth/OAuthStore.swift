package import ATProtoSyntax

/// What the authorization server keeps: pending requests, sessions and their tokens, the browsers of
/// account owners, consents, and values that may be used once.
///
/// Codes, tokens, and cookies are stored as SHA-256 hashes. Times are seconds since 1970. Rows of an
/// account disappear with it.
package protocol OAuthStore {
  // Pending authorization requests (RFC 9126).

  /// Adds a request, or replaces the one with the same ID.
  func set(_ request: OAuthRequest) throws
  func request(_ id: String) throws -> OAuthRequest?
  /// The request whose code has this hash, whether or not the code was used.
  func request(code hash: [UInt8]) throws -> OAuthRequest?
  func removeRequest(_ id: String) throws

  // Sessions and tokens.

  /// Adds a session, or replaces the one with the same ID.
  func set(_ session: OAuthSession) throws
  func session(_ id: String) throws -> OAuthSession?
  /// The session whose current access token has this hash.
  func session(access hash: [UInt8]) throws -> OAuthSession?
  /// The session to which a refresh token belongs or belonged.
  func session(refresh hash: [UInt8]) throws -> OAuthSession?
  /// The newest first.
  func sessions(of did: DID) throws -> [OAuthSession]
  /// Remembers a refresh token after its use, so that a second use is recognized.
  func addUsedRefreshToken(_ hash: [UInt8], session id: String, expiresAt: Int) throws
  /// Removes the session with everything that belongs to it.
  func endSession(_ id: String) throws
  func endSessions(of did: DID) throws

  // Browsers.

  func set(_ device: OAuthDevice) throws
  func device(_ id: String) throws -> OAuthDevice?
  /// Removes the device and its sign-ins.
  func removeDevice(_ id: String) throws
  /// The devices on which the account is signed in, the most recent first.
  func devices(of did: DID) throws -> [OAuthDevice]
  func set(_ signIn: OAuthSignIn) throws
  /// The most recent first.
  func signIns(on device: String) throws -> [OAuthSignIn]
  func removeSignIn(of did: DID, on device: String) throws
  func removeSignIns(of did: DID) throws

  // Consents.

  func set(_ consent: OAuthConsent) throws
  func consent(of did: DID, to client: String) throws -> OAuthConsent?
  func removeConsents(of did: DID) throws

  // Values that may be used once: `jti` of client assertions, code challenges.

  /// Records a value. Returns false if it is already recorded and has not expired by `seconds`.
  func useOnce(_ hash: [UInt8], until expiresAt: Int, at seconds: Int) throws -> Bool

  // Permission sets.

  func permissionSet(_ nsid: NSID) throws -> StoredPermissionSet?
  func set(_ set: StoredPermissionSet) throws

  /// Removes up to `limit` rows of each kind that expired by `seconds`. Returns whether there may
  /// be more.
  func removeExpired(at seconds: Int, limit: Int) throws -> Bool
}

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
    expiresAt: Int
  ) {
    self.id = id
    self.clientID = clientID
    self.parameters = parameters
    self.binding = binding
    self.expiresAt = expiresAt
  }
}

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

/// A session of an account with a client. The access token and the refresh token that are valid at
/// present lie in it, so that a rotation is one write.
package struct OAuthSession: Hashable, Sendable {
  package var id: String
  package var did: DID
  package var clientID: String
  /// What the account granted, with `include:` references: expanded anew at each refresh.
  package var scope: String
  /// What the present access token permits: `scope` with permission sets expanded.
  package var tokenScope: String
  package var binding: OAuthBinding
  package var createdAt: Int
  package var refreshedAt: Int
  /// The end of the session, whatever its refreshes.
  package var expiresAt: Int
  package var accessHash: [UInt8]
  package var accessExpiresAt: Int
  /// Nil if the client does not use refresh tokens.
  package var refreshHash: [UInt8]?
  package var refreshExpiresAt: Int?

  package init(
    id: String,
    did: DID,
    clientID: String,
    scope: String,
    tokenScope: String,
    binding: OAuthBinding,
    createdAt: Int,
    refreshedAt: Int,
    expiresAt: Int,
    accessHash: [UInt8],
    accessExpiresAt: Int,
    refreshHash: [UInt8]? = nil,
    refreshExpiresAt: Int? = nil
  ) {
    self.id = id
    self.did = did
    self.clientID = clientID
    self.scope = scope
    self.tokenScope = tokenScope
    self.binding = binding
    self.createdAt = createdAt
    self.refreshedAt = refreshedAt
    self.expiresAt = expiresAt
    self.accessHash = accessHash
    self.accessExpiresAt = accessExpiresAt
    self.refreshHash = refreshHash
    self.refreshExpiresAt = refreshExpiresAt
  }
}

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
  /// The only request for which the sign-in is good; nil if the browser is remembered.
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

/// The latest result of resolving a permission set.
package struct StoredPermissionSet: Hashable, Sendable {
  package var nsid: NSID
  /// The document as JSON; nil if it was never resolved.
  package var document: [UInt8]?
  /// The time of the last attempt.
  package var checkedAt: Int
  /// The time of the last attempt that succeeded.
  package var resolvedAt: Int?

  package init(nsid: NSID, document: [UInt8]?, checkedAt: Int, resolvedAt: Int?) {
    self.nsid = nsid
    self.document = document
    self.checkedAt = checkedAt
    self.resolvedAt = resolvedAt
  }
}
