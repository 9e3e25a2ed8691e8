import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax

extension OAuthSessions {
  /// Replaces the tokens of a session (RFC 6749, 6). A refresh token can be used once.
  ///
  /// A second use ends the session: someone else has the token, or the response to the first use was
  /// lost, and neither can be told from the other. The account signs in again. Requests that overlap
  /// in time are neither: the first succeeds, and the others are refused without further effect.
  ///
  /// A request of another client or with another key ends the session, too.
  ///
  /// Throws `invalid_grant`.
  func refresh(
    _ form: FormParameters,
    by client: AuthenticatedClient,
    _ proof: DPoPProof,
    at now: Int = currentSeconds()
  ) async throws -> OAuthTokenResponse {
    let hash = OAuthSecret.hash(try form.required("refresh_token"))
    let narrowed = try form["scope"].map { scope throws(OAuthError) in try OAuthScope(scope) }
    let attempt = Attempt(
      hash: hash,
      binding: try client.binding(proof),
      client: client.client.id
    )
    let before = try await store.read { transaction in
      try transaction.oauth.session(refresh: hash)
    }
    guard let before else { throw Self.invalidToken }
    let wasCurrent = before.refresh?.hash == hash
    // The second use of a token ends its session, whatever scope it asks for.
    let tokenScope = wasCurrent ? try await self.tokenScope(of: before, narrowed) : nil
    return try await store.apply { transaction in
      guard var session = try transaction.oauth.session(refresh: hash) else {
        throw Self.invalidToken
      }
      guard session.refresh?.hash == hash || !wasCurrent else {
        throw OAuthError(.invalidGrant, "the refresh token is being used by another request")
      }
      do {
        try session.check(attempt, in: transaction, at: now)
      } catch let error as OAuthError {
        try transaction.oauth.endSession(session.id)
        throw error
      }
      if let used = session.refresh {
        try transaction.oauth.addUsedRefreshToken(
          used.hash,
          session: session.id,
          expiresAt: used.expiresAt
        )
      }
      if let tokenScope { session.tokenScope = tokenScope.description }
      // A public client has become a confidential one.
      session.binding = attempt.binding
      let response = issue(&session, makesRefreshToken: true, at: now)
      try transaction.oauth.set(session)
      return response
    }
  }

  /// The scope of the next access token; nil if its permission sets cannot be resolved, so that the
  /// session keeps what it had.
  ///
  /// - Parameter narrowed: what the client asks for; nil for the whole scope of the session.
  private func tokenScope(
    of session: OAuthSession,
    _ narrowed: OAuthScope?
  ) async throws -> OAuthScope? {
    let scope = try OAuthScope(session.scope)
    // RFC 6749, 6: the scope "MUST NOT include any scope not originally granted".
    if let narrowed, !narrowed.isSubset(of: scope) || !narrowed.hasATProto {
      throw OAuthError(
        .invalidScope,
        "the scope must contain atproto and nothing that the account has not granted"
      )
    }
    // "When a client refreshes their tokens …, the computed permissions for the session may be
    // updated to reflect changes to sets" (Permission specification).
    let tokenScope = try await permissionSets.expand(narrowed ?? scope)
    if tokenScope == nil, narrowed != nil {
      throw OAuthError(.temporarilyUnavailable, "cannot resolve the permission sets of the scope")
    }
    return tokenScope
  }

  /// Ends the session of a refresh token if the key of its client is not published any more: "The
  /// server must revoke the session and reject further token refreshes if the client authentication
  /// key becomes absent from the client metadata."
  func endIfKeyIsGone(_ token: String, _ keys: JWKSet, of client: RegisteredClient) async throws {
    let hash = OAuthSecret.hash(token)
    try await store.write { transaction in
      guard let session = try transaction.oauth.session(refresh: hash),
        session.clientID == client.id, let thumbprint = session.binding.clientKeyThumbprint,
        !keys.keys.contains(where: { $0.thumbprint == thumbprint })
      else { return }
      try transaction.oauth.endSession(session.id)
    }
  }

  fileprivate struct Attempt: Sendable {
    var hash: [UInt8]
    var binding: OAuthBinding
    var client: String
  }

  private static let invalidToken = OAuthError(
    .invalidGrant,
    "the refresh token is not valid, or its session has ended"
  )
}

extension OAuthSession {
  /// Checks an attempt to refresh the session.
  ///
  /// Throws `invalid_grant`.
  fileprivate func check(
    _ attempt: OAuthSessions.Attempt,
    in transaction: any PDSTransaction,
    at now: Int
  ) throws {
    guard let refresh, refresh.hash == attempt.hash else {
      throw OAuthError(.invalidGrant, "the refresh token was already used; the session has ended")
    }
    guard refresh.expiresAt > now, expiresAt > now else {
      throw OAuthError(.invalidGrant, "the refresh token has expired")
    }
    guard clientID == attempt.client else {
      throw OAuthError(.invalidGrant, "the refresh token belongs to another client")
    }
    var expected = binding
    if !binding.isConfidential {
      expected.clientKeyID = attempt.binding.clientKeyID
      expected.clientKeyThumbprint = attempt.binding.clientKeyThumbprint
    }
    try expected.check(attempt.binding)
    // A deactivated account keeps its sessions: what they may do depends on its status at each call.
    guard let status = try transaction.accounts.status(of: did), !status.isWithheld else {
      throw OAuthError(.invalidGrant, "the account is not available any more")
    }
  }
}
