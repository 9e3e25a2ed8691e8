package import ATProtoSyntax

/// What the authorization server keeps: pending requests, sessions and their tokens, the browsers of
/// account owners, consents, and values that may be used once.
///
/// Codes, tokens, and cookies are stored as SHA-256 hashes. Times are seconds since 1970; a row has
/// expired from its `expiresAt` on, a session from ``OAuthSession/endsAt`` on. Rows of an account disappear with it. ``OAuthBounds`` has the
/// largest numbers of rows.
package protocol OAuthStore {
  // Pending authorization requests (RFC 9126).

  /// Adds a request, or replaces the one with the same ID.
  func set(_ request: OAuthRequest) throws
  func request(_ id: String) throws -> OAuthRequest?
  /// The request whose code has this hash, whether or not the code was used.
  func request(code hash: [UInt8]) throws -> OAuthRequest?
  func removeRequest(_ id: String) throws
  /// Removes the requests that the account approved.
  func removeRequests(of did: DID) throws
  /// The number of requests without a code.
  ///
  /// - Parameter network: Counts only requests from there; nil to count all.
  func pendingRequestCount(from network: String?) throws -> Int

  // Sessions and tokens.

  /// Adds a session, or replaces the one with the same ID. Throws if the account does not exist.
  func set(_ session: OAuthSession) throws
  func session(_ id: String) throws -> OAuthSession?
  /// The session whose current access token has this hash.
  func session(access hash: [UInt8]) throws -> OAuthSession?
  /// The part of ``session(access:)`` that every call needs.
  func grant(access hash: [UInt8]) throws -> OAuthGrant?
  /// The session to which a refresh token belongs or belonged.
  func session(refresh hash: [UInt8]) throws -> OAuthSession?
  /// The newest first.
  func sessions(of did: DID) throws -> [OAuthSession]
  /// Remembers a refresh token after its use, so that a second use is recognized. Forgets the oldest
  /// beyond ``OAuthBounds/usedRefreshTokensPerSession``.
  func addUsedRefreshToken(_ hash: [UInt8], session id: String, expiresAt: Int) throws
  /// Removes the session with everything that belongs to it.
  func endSession(_ id: String) throws
  func endSessions(of did: DID) throws
  /// Ends all but the most recently refreshed sessions.
  func endSessions(of did: DID, keeping count: Int) throws

  // Browsers.

  /// Adds a device, or replaces the one with the same ID.
  func set(_ device: OAuthDevice) throws
  func device(_ id: String) throws -> OAuthDevice?
  /// Removes the device and its sign-ins.
  func removeDevice(_ id: String) throws
  /// Removes all but the most recently seen of the devices on which no account is signed in.
  func removeUnusedDevices(keeping count: Int) throws
  /// The devices on which the account is signed in, the most recently seen first.
  func devices(of did: DID) throws -> [OAuthDevice]
  /// Adds a sign-in, or replaces that of the same account on the same device. Throws if one of the
  /// two does not exist.
  func set(_ signIn: OAuthSignIn) throws
  /// The most recent first.
  func signIns(on device: String) throws -> [OAuthSignIn]
  func removeSignIn(of did: DID, on device: String) throws
  func removeSignIns(of did: DID) throws
  /// Removes all but the most recent sign-ins of an account.
  func removeSignIns(of did: DID, keeping count: Int) throws

  // Consents.

  /// Adds a consent, or replaces that of the same account to the same client. Throws if the account
  /// does not exist.
  func set(_ consent: OAuthConsent) throws
  func consent(of did: DID, to client: String) throws -> OAuthConsent?
  /// The most recent first.
  func consents(of did: DID) throws -> [OAuthConsent]
  func removeConsent(of did: DID, to client: String) throws
  func removeConsents(of did: DID) throws
  /// Removes all but the most recent consents of an account.
  func removeConsents(of did: DID, keeping count: Int) throws

  // Values that may be used once: `jti` of client assertions, code challenges.

  /// Records a value. Returns false if it is already recorded and has not expired by `seconds`.
  func useOnce(_ hash: [UInt8], until expiresAt: Int, at seconds: Int) throws -> Bool

  // Permission sets.

  func permissionSet(_ nsid: NSID) throws -> StoredPermissionSet?
  /// Adds a set, or replaces the one with the same NSID.
  func set(_ set: StoredPermissionSet) throws
  func permissionSetCount() throws -> Int

  /// Removes up to `limit` rows of each kind that expired by `seconds`. Returns whether there may
  /// be more.
  func removeExpired(at seconds: Int, limit: Int) throws -> Bool
}
