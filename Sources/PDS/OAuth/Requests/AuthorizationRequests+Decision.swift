import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax

extension AuthorizationRequests {
  /// Whether an account agreed to the request before, so that it need not be asked again.
  func isAgreed(_ pending: PendingAuthorization, by did: DID) async throws -> Bool {
    let client = pending.client.id
    let consent = try await store.read { transaction in
      try transaction.oauth.consent(of: did, to: client)
    }
    return pending.isCovered(by: consent)
  }

  /// Approves a request. What was granted is remembered if the client need not ask for it again.
  ///
  /// The caller has authenticated the account in this browser. A deactivated account gets the
  /// response `access_denied`, as in the reference implementation.
  ///
  /// Throws `invalid_scope` if `scope` is not a part of what was requested, with `atproto`.
  ///
  /// - Parameters:
  ///   - id: The ID of the request.
  ///   - device: The ID of the browser.
  ///   - scope: What the account grants; nil for all that was requested.
  func approve(
    _ id: String,
    device: String,
    did: DID,
    scope: String? = nil,
    at now: Int = currentSeconds()
  ) async throws -> AuthorizationResponse {
    let granted = try scope.map { scope throws(OAuthError) in try OAuthScope(scope) }
    let code = OAuthSecret.makeCode()
    return try await store.write { [settings, issuer, clients] transaction in
      let oauth = transaction.oauth
      var request = try oauth.pendingRequest(id, device: device, at: now)
      let parameters = try AuthorizationParameters(json: request.parameters)
      guard let account = try transaction.accounts.account(did), !account.status.isWithheld,
        parameters.admits(account)
      else { throw AuthorizationPageError.otherAccount }
      guard account.status != .deactivated else {
        try oauth.removeRequest(id)
        let error = OAuthError(.accessDenied, "the account is deactivated")
        return AuthorizationResponse(error, to: parameters, issuer: issuer.url)
      }
      let granted = granted ?? parameters.scope
      guard granted.hasATProto, granted.isSubset(of: parameters.scope) else {
        throw OAuthError(.invalidScope, "the granted scope is not a part of the requested one")
      }
      request.did = did
      request.grantedScope = granted.description
      request.codeHash = OAuthSecret.hash(code)
      request.expiresAt = now + settings.codeLifetime
      try oauth.set(request)
      if request.binding.isConfidential || clients.isTrusted(request.clientID) {
        try oauth.remember(granted, of: did, for: request.clientID, at: now)
      }
      return AuthorizationResponse(code: code, to: parameters, issuer: issuer.url)
    }
  }

  /// Ends a request with an error for the client, such as `access_denied`.
  ///
  /// - Parameters:
  ///   - id: The ID of the request.
  ///   - device: The ID of the browser.
  func deny(
    _ id: String,
    device: String,
    _ error: OAuthError = OAuthError(.accessDenied, "the account owner denied the request"),
    at now: Int = currentSeconds()
  ) async throws -> AuthorizationResponse {
    try await store.write { [issuer] transaction in
      let request = try transaction.oauth.pendingRequest(id, device: device, at: now)
      let parameters = try AuthorizationParameters(json: request.parameters)
      try transaction.oauth.removeRequest(id)
      return AuthorizationResponse(error, to: parameters, issuer: issuer.url)
    }
  }
}

extension OAuthStore {
  /// Adds to what an account has granted a client.
  fileprivate func remember(
    _ granted: OAuthScope,
    of did: DID,
    for client: String,
    at now: Int
  ) throws {
    let before = try consent(of: did, to: client)?.scope
    // A scope that is too long as a whole replaces the earlier one: the account is asked again.
    let whole = before.flatMap { try? OAuthScope("\($0) \(granted)") } ?? granted
    let isShort = whole.description.utf8.count <= OAuthScope.maximumRequestLength
    try add(
      OAuthConsent(
        did: did,
        clientID: client,
        scope: (isShort ? whole : granted).description,
        grantedAt: now
      )
    )
  }
}
