import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax

extension OAuthSessions {
  /// Seconds that a used code is remembered, so that a second use ends the session, and that a
  /// `code_challenge` cannot be used again: "within some reasonable time frame, such as a 24 hour
  /// period".
  fileprivate static let codeMemory = 86_400

  /// Exchanges a code for a session (RFC 6749, 4.1.3). An attempt with anything wrong uses the code
  /// up, and a second use ends the session that the first has made.
  ///
  /// Throws `invalid_grant`, or `invalid_request` if a parameter is missing.
  func exchange(
    _ form: FormParameters,
    by client: AuthenticatedClient,
    _ proof: DPoPProof,
    at now: Int = currentSeconds()
  ) async throws -> OAuthTokenResponse {
    let hash = OAuthSecret.hash(try form.required("code"))
    let redirectURI = try form.required("redirect_uri")
    let verifier = try form.required("code_verifier")
    let binding = try client.binding(proof)
    let metadata = client.client.metadata
    // The scope is needed before the transaction, because its permission sets may be on the network.
    let before = try await store.read { transaction in try transaction.oauth.request(code: hash) }
    guard let before, let granted = before.grantedScope else { throw Self.invalidCode }
    var scope = try OAuthScope(granted)
    // The second use of a code ends its session, whether the sets can be resolved or not.
    if before.session == nil {
      guard let expanded = try await permissionSets.expand(scope) else {
        throw OAuthError(.temporarilyUnavailable, "cannot resolve the permission sets of the scope")
      }
      scope = expanded
    }
    let tokenScope = scope
    return try await store.apply { transaction in
      let oauth = transaction.oauth
      guard var request = try oauth.request(code: hash) else { throw Self.invalidCode }
      if let session = request.session {
        // "Authorization Servers should reject reuse of a `code` value, and revoke any outstanding
        // sessions and tokens associated with the earlier use of the `code` value."
        try oauth.endSession(session)
        throw OAuthError(.invalidGrant, "the code was already used; its session has ended")
      }
      do {
        try request.check(redirectURI, verifier, binding, metadata, in: oauth, at: now)
        var session = try newSession(of: request, tokenScope, in: transaction, at: now)
        let makesRefreshToken = metadata.usesRefreshTokens
        let response = issue(&session, makesRefreshToken: makesRefreshToken, at: now)
        try oauth.add(session)
        request.session = session.id
        request.parameters = []
        request.expiresAt = now + Self.codeMemory
        try oauth.set(request)
        return response
      } catch let error as OAuthError {
        try oauth.removeRequest(request.id)
        throw error
      }
    }
  }

  private static let invalidCode = OAuthError(
    .invalidGrant,
    "the code is not valid or has expired"
  )

  /// A session without tokens.
  private func newSession(
    of request: OAuthRequest,
    _ tokenScope: OAuthScope,
    in transaction: any PDSTransaction,
    at now: Int
  ) throws -> OAuthSession {
    guard let did = request.did, let scope = request.grantedScope,
      try transaction.accounts.status(of: did) == .active
    else { throw OAuthError(.invalidGrant, "the account is not available any more") }
    let lifetime = settings.sessionLifetime(isConfidential: request.binding.isConfidential)
    return OAuthSession(
      id: OAuthSecret.makeSessionID(),
      did: did,
      clientID: request.clientID,
      scope: scope,
      tokenScope: tokenScope.description,
      binding: request.binding,
      createdAt: now,
      refreshedAt: now,
      expiresAt: now + lifetime,
      accessHash: [],
      accessExpiresAt: now
    )
  }
}

extension OAuthRequest {
  /// Checks an attempt to exchange the code of the request.
  ///
  /// Throws `invalid_grant`.
  fileprivate func check(
    _ redirectURI: String,
    _ verifier: String,
    _ binding: OAuthBinding,
    _ client: OAuthClientMetadata,
    in oauth: any OAuthStore,
    at now: Int
  ) throws {
    guard expiresAt > now else { throw OAuthError(.invalidGrant, "the code has expired") }
    guard clientID == client.id.string else {
      throw OAuthError(.invalidGrant, "the code belongs to another client")
    }
    try self.binding.check(binding)
    let parameters = try AuthorizationParameters(json: parameters)
    guard redirectURI == parameters.redirectURI else {
      throw OAuthError(.invalidGrant, "redirect_uri is not that of the authorization request")
    }
    try PKCE.check(verifier: verifier, challenge: parameters.codeChallenge)
    let challenge = OAuthSecret.hash(parameters.codeChallenge, of: "", for: "challenge")
    guard try oauth.useOnce(challenge, until: now + OAuthSessions.codeMemory, at: now) else {
      throw OAuthError(.invalidGrant, "the code_challenge was already used for another session")
    }
  }
}

extension OAuthBinding {
  /// Checks that a request comes from the holder of the same keys.
  ///
  /// Throws `invalid_grant`.
  func check(_ other: OAuthBinding) throws(OAuthError) {
    guard other.dpopThumbprint == dpopThumbprint else {
      throw OAuthError(.invalidGrant, "the key of the DPoP proof is another one than at the start")
    }
    // "They do so by ensuring that the key's identifier (`kid`), signature algorithm (`alg`) and
    // thumbprint of the signing key (`jkt`) … stay the same for the entire life time of the session."
    // The thumbprint determines the algorithm.
    guard other.clientKeyID == clientKeyID, other.clientKeyThumbprint == clientKeyThumbprint else {
      throw OAuthError(
        .invalidGrant,
        "the key of the client assertion is another one than at the start"
      )
    }
  }
}
