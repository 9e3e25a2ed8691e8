import ATProtoAuth
import ATProtoSyntax

/// The sessions of OAuth clients and their tokens (OAuth specification, "Tokens and Session
/// Lifetime").
///
/// Tokens are random texts, and a session holds the hashes of its present ones: the tokens of a
/// session that ends, and a token that is replaced, are refused from then on.
struct OAuthSessions: Sendable {
  let store: any PDSStore
  let permissionSets: PermissionSets
  let settings: OAuthSettings

  /// The sessions of an account that can still be used, the newest first.
  func list(of did: DID, at now: Int = currentSeconds()) async throws -> [OAuthSession] {
    try await store.read { transaction in
      try transaction.oauth.sessions(of: did).filter { $0.endsAt > now }
    }
  }

  /// Ends a session of an account, and withdraws its consent to the client. Does nothing if it has no
  /// session with this ID.
  func end(_ id: String, of did: DID) async throws {
    try await store.write { transaction in
      guard let session = try transaction.oauth.session(id), session.did == did else { return }
      try transaction.oauth.endSession(id)
      try transaction.oauth.removeConsent(of: did, to: session.clientID)
    }
  }

  /// What the account has granted, the most recent first.
  func consents(of did: DID) async throws -> [OAuthConsent] {
    try await store.read { transaction in try transaction.oauth.consents(of: did) }
  }

  /// Withdraws the account's consent to a client, which is asked for again then.
  func forget(_ client: String, of did: DID) async throws {
    try await store.write { transaction in
      try transaction.oauth.removeConsent(of: did, to: client)
    }
  }

  /// Ends the session to which a token belongs (RFC 7009). "Invalid tokens do not cause an error
  /// response", and neither do tokens of other clients, which have no effect.
  func revoke(_ token: String, by client: AuthenticatedClient) async throws {
    let hash = OAuthSecret.hash(token)
    let id = client.client.id
    try await store.write { transaction in
      let oauth = transaction.oauth
      let session = try oauth.session(access: hash) ?? oauth.session(refresh: hash)
      guard let session, session.clientID == id else { return }
      try oauth.endSession(session.id)
    }
  }

  /// Gives a session new tokens.
  func issue(
    _ session: inout OAuthSession,
    makesRefreshToken: Bool,
    at now: Int
  ) -> OAuthTokenResponse {
    let isConfidential = session.binding.isConfidential
    let access = OAuthSecret.makeAccessToken()
    session.refreshedAt = now
    session.accessHash = OAuthSecret.hash(access)
    session.accessExpiresAt = min(now + settings.accessTokenLifetime, session.expiresAt)
    let refresh = makesRefreshToken ? OAuthSecret.makeRefreshToken() : nil
    session.refresh = refresh.map { token in
      let lifetime = settings.refreshTokenLifetime(isConfidential: isConfidential)
      return OAuthRefreshToken(
        hash: OAuthSecret.hash(token),
        expiresAt: min(now + lifetime, session.expiresAt)
      )
    }
    return OAuthTokenResponse(
      accessToken: access,
      refreshToken: refresh,
      lifetime: session.accessExpiresAt - now,
      scope: session.tokenScope,
      did: session.did
    )
  }
}

/// The response of the token endpoint (RFC 6749, 5.1).
struct OAuthTokenResponse: Sendable {
  var accessToken: String
  var refreshToken: String?
  /// Seconds that the access token is valid.
  var lifetime: Int
  var scope: String
  var did: DID
}

extension PDSStore {
  /// Runs a transaction that is applied even if `body` refuses by throwing an ``OAuthError``: a
  /// refusal can use up a code or end a session. Any other error undoes it.
  func apply<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value {
    try await write { transaction -> Result<Value, OAuthError> in
      do {
        return .success(try body(transaction))
      } catch let error as OAuthError {
        return .failure(error)
      }
    }.get()
  }
}
