import ATProtoAuth
import ATProtoSyntax

/// A client that has proved its key, or a public one, which has none.
struct AuthenticatedClient: Sendable {
  var client: RegisteredClient
  /// `kid` and the thumbprint of the key that signed the client assertion; nil for a public client.
  var key: (id: String, thumbprint: String)?

  /// What requests and sessions of this client with a DPoP key are bound to.
  func binding(_ proof: DPoPProof) throws(OAuthError) -> OAuthBinding {
    // As in the reference implementation: with one key for both, the DPoP key would not be that of a
    // single session.
    guard key?.thumbprint != proof.thumbprint else {
      throw OAuthError(
        .invalidRequest,
        "the key of the DPoP proof must not be the key of the client assertion"
      )
    }
    return OAuthBinding(
      dpopThumbprint: proof.thumbprint,
      clientKeyID: key?.id,
      clientKeyThumbprint: key?.thumbprint
    )
  }
}

/// Authenticates clients (OAuth specification, "Confidential Client Authentication").
struct ClientAuthentication: Sendable {
  let store: any PDSStore
  let clients: OAuthClients
  let issuer: ServiceBaseURL

  /// Authenticates the client of a request, and uses its assertion up.
  ///
  /// Call it after the DPoP proof is verified: clients send the same assertion again with the nonce.
  ///
  /// Throws `invalid_client`, `invalid_client_metadata` or `invalid_request`.
  func authenticate(
    _ form: FormParameters,
    at now: Int = currentSeconds()
  ) async throws -> AuthenticatedClient {
    let assertion = try Self.assertion(in: form)
    let client = try await clients.client(form.required("client_id"))
    guard client.metadata.isConfidential else {
      guard assertion == nil else {
        throw OAuthError(
          .invalidClient,
          "client_assertion: token_endpoint_auth_method of the client metadata is none"
        )
      }
      return AuthenticatedClient(client: client)
    }
    guard let assertion else {
      throw OAuthError(
        .invalidClient,
        "client_assertion is required: token_endpoint_auth_method is private_key_jwt"
      )
    }
    let verified = try assertion.verify(
      keys: try await clients.keys(of: client, including: assertion.keyID),
      client: client.id,
      issuer: issuer.url,
      algorithm: client.metadata.signingAlgorithm,
      at: now
    )
    // "Authorization Servers must ensure uniqueness of `jti` values over the full token validity time
    // period."
    let hash = OAuthSecret.hash(verified.identifier, of: client.id, for: "assertion")
    let isNew = try await store.write { transaction in
      try transaction.oauth.useOnce(hash, until: verified.expiresAt, at: now)
    }
    guard isNew else {
      throw OAuthError(.invalidClient, "client_assertion: it was already used (jti)")
    }
    return AuthenticatedClient(client: client, key: (verified.keyID, verified.thumbprint))
  }

  private static func assertion(
    in form: FormParameters
  ) throws(OAuthError) -> ClientAssertion? {
    guard form["client_assertion"] != nil || form["client_assertion_type"] != nil else {
      return nil
    }
    guard try form.required("client_assertion_type") == ClientAssertion.type else {
      throw OAuthError(.invalidClient, "client_assertion_type must be \(ClientAssertion.type)")
    }
    return try ClientAssertion(form.required("client_assertion"))
  }
}
