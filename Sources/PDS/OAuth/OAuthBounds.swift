import ATProtoSyntax

/// The largest numbers of rows in an ``OAuthStore`` that strangers, clients or one account can cause.
package enum OAuthBounds {
  /// Requests without a code from the network of one client. Each lives for minutes.
  package static let pendingRequestsPerNetwork = 2_000
  /// Requests without a code from all networks.
  package static let pendingRequests = 50_000
  /// Bytes of the stored parameters of a request.
  package static let requestBytes = 64 << 10
  package static let sessionsPerAccount = 200
  /// A second use of a forgotten token is refused like that of an unknown token, without ending the
  /// session.
  package static let usedRefreshTokensPerSession = 1_000
  /// Devices on which one account is signed in.
  package static let devicesPerAccount = 50
  /// Accounts that are signed in on one device.
  package static let signInsPerDevice = 20
  /// Devices on which no account is signed in.
  package static let unusedDevices = 20_000
  package static let consentsPerAccount = 500
  package static let permissionSets = 5_000
}

extension OAuthStore {
  /// Adds a session, and ends the least recently refreshed one if the account has too many.
  package func add(_ session: OAuthSession) throws {
    try set(session)
    try endSessions(of: session.did, keeping: OAuthBounds.sessionsPerAccount)
  }

  /// Adds a sign-in, and removes the oldest if the account or the device has too many.
  package func add(_ signIn: OAuthSignIn) throws {
    try set(signIn)
    try removeSignIns(of: signIn.did, keeping: OAuthBounds.devicesPerAccount)
    for excess in try signIns(on: signIn.device).dropFirst(OAuthBounds.signInsPerDevice) {
      try removeSignIn(of: excess.did, on: signIn.device)
    }
  }

  /// Adds a consent, and removes the oldest if the account has too many.
  package func add(_ consent: OAuthConsent) throws {
    try set(consent)
    try removeConsents(of: consent.did, keeping: OAuthBounds.consentsPerAccount)
  }
}
