import ATProtoAuth
import ATProtoSyntax

/// Authorization requests: pushed by a client, displayed by one browser, then approved or denied by
/// an account (OAuth specification, "Pushed Authorization Requests").
struct AuthorizationRequests: Sendable {
  /// RFC 9126, 2.2.
  static let prefix = "urn:ietf:params:oauth:request_uri:"

  let store: any PDSStore
  let clients: OAuthClients
  let permissionSets: PermissionSets
  let settings: OAuthSettings
  let issuer: ServiceBaseURL

  /// Stores a request of an authenticated client.
  ///
  /// Throws the ``OAuthError`` of the first parameter that is wrong, `invalid_scope` if a permission
  /// set cannot be resolved, or `temporarily_unavailable` if too many requests are pending.
  ///
  /// - Parameter network: The network that sends the request.
  /// - Returns: the `request_uri`, and the seconds until it expires.
  func push(
    _ form: FormParameters,
    by client: AuthenticatedClient,
    _ proof: DPoPProof,
    from network: String?,
    at now: Int = currentSeconds()
  ) async throws -> (uri: String, lifetime: Int) {
    let parameters = try AuthorizationParameters(form: form, client: client.client.metadata)
    // RFC 9449, 10.1: the server "MUST reject the request" if both are present and differ.
    if let thumbprint = parameters.dpopThumbprint, thumbprint != proof.thumbprint {
      throw OAuthError(
        .invalidRequest,
        "dpop_jkt is not the thumbprint of the key of the DPoP proof"
      )
    }
    if parameters.prompt == AuthorizationParameters.Prompt.none,
      !client.client.allowsSilentApproval
    {
      throw OAuthError(
        .invalidRequest,
        "prompt must not be none for a public client: consent_required"
      )
    }
    _ = try await permissionSets.sets(for: parameters.scope)
    let request = OAuthRequest(
      id: OAuthSecret.makeRequestID(),
      clientID: client.client.id,
      parameters: parameters.json,
      binding: try client.binding(proof),
      expiresAt: now + settings.requestLifetime,
      network: network
    )
    guard request.parameters.count <= OAuthBounds.requestBytes else {
      throw OAuthError(.invalidRequest, "the parameters are too long")
    }
    try await store.write { transaction in
      let oauth = transaction.oauth
      let isFull =
        try oauth.pendingRequestCount(from: nil) >= OAuthBounds.pendingRequests
        || (network != nil
          && oauth.pendingRequestCount(from: network) >= OAuthBounds.pendingRequestsPerNetwork)
      guard !isFull else {
        throw OAuthError(
          .temporarilyUnavailable,
          "too many authorization requests are pending; try again later"
        )
      }
      try oauth.set(request)
    }
    return (Self.prefix + request.id, settings.requestLifetime)
  }

  /// The request that a browser is sent to, for its display. The first browser that asks is the only
  /// one that may continue it.
  ///
  /// - Parameters:
  ///   - requestURI: The parameter `request_uri` of the authorization endpoint.
  ///   - clientID: The parameter `client_id`.
  ///   - device: The ID of the browser.
  func open(
    requestURI: String,
    clientID: String,
    device: String,
    at now: Int = currentSeconds()
  ) async throws(AuthorizationPageError) -> PendingAuthorization {
    guard requestURI.utf8.starts(with: Self.prefix.utf8) else { throw .unknownRequest }
    let id = String(decoding: requestURI.utf8.dropFirst(Self.prefix.utf8.count), as: UTF8.self)
    let request = try await transaction { [settings] transaction in
      var request = try transaction.oauth.pendingRequest(id, device: device, at: now)
      guard request.clientID == clientID else { throw AuthorizationPageError.otherClient }
      request.device = device
      // People need time to sign in; what is limited is the time in which nothing happens.
      request.expiresAt = now + settings.requestLifetime
      try transaction.oauth.set(request)
      return request
    }
    do {
      let client = try await clients.client(request.clientID)
      let parameters = try AuthorizationParameters(json: request.parameters)
      // The document may have changed since the request was pushed.
      guard client.metadata.accepts(redirectURI: parameters.redirectURI) else {
        throw OAuthError(.invalidRequest, "the client no longer declares its redirect_uri")
      }
      return PendingAuthorization(
        request: request,
        client: client,
        parameters: parameters,
        sets: try await permissionSets.sets(for: parameters.scope)
      )
    } catch let error as OAuthError {
      throw .client(error)
    } catch {
      throw .server("\(error)")
    }
  }

  /// Runs a transaction whose errors are those of pages.
  func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws(AuthorizationPageError) -> Value {
    do {
      return try await store.write(body)
    } catch let error as AuthorizationPageError {
      throw error
    } catch {
      throw .server("\(error)")
    }
  }
}

extension OAuthStore {
  /// A request that has no code yet, for the browser that may continue it.
  ///
  /// Throws ``AuthorizationPageError``.
  func pendingRequest(_ id: String, device: String, at now: Int) throws -> OAuthRequest {
    guard let request = try request(id) else { throw AuthorizationPageError.unknownRequest }
    guard request.codeHash == nil else { throw AuthorizationPageError.alreadyUsed }
    guard request.expiresAt > now else { throw AuthorizationPageError.expired }
    guard request.device == nil || request.device == device else {
      throw AuthorizationPageError.otherDevice
    }
    return request
  }
}
