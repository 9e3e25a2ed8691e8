import ATProtoAuth
import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Hummingbird

extension OAuthEndpoints {
  /// A pushed authorization request (RFC 9126, 2).
  func push(
    _ form: FormParameters,
    _ proof: DPoPProof,
    _ network: String?
  ) async throws -> Response {
    let client = try await oauth.authentication.authenticate(form)
    let pushed = try await oauth.requests.push(form, by: client, proof, from: network)
    return .uncached(
      ["request_uri": .string(pushed.uri), "expires_in": .integer(pushed.lifetime)],
      .created
    )
  }

  /// A token request (RFC 6749, 4.1.3 and 6).
  func token(_ form: FormParameters, _ proof: DPoPProof) async throws -> Response {
    let grant = try form.required("grant_type")
    let client: AuthenticatedClient
    do {
      client = try await oauth.authentication.authenticate(form)
    } catch let error as OAuthError where error.code == .invalidClient {
      await endSessionIfKeyIsGone(form)
      throw error
    }
    let response: OAuthTokenResponse
    switch grant {
    case "authorization_code":
      response = try await oauth.sessions.exchange(form, by: client, proof)
    case "refresh_token":
      guard client.client.metadata.usesRefreshTokens else {
        throw OAuthError(
          .unauthorizedClient,
          "grant_types of the client metadata does not contain refresh_token"
        )
      }
      response = try await oauth.sessions.refresh(form, by: client, proof)
    default:
      throw OAuthError(
        .unsupportedGrantType,
        "grant_type must be authorization_code or refresh_token"
      )
    }
    var body: DataObject = [
      "access_token": .string(response.accessToken), "token_type": "DPoP",
      "expires_in": .integer(response.lifetime), "scope": .string(response.scope),
      "sub": .string(response.did.string),
    ]
    body["refresh_token"] = response.refreshToken.map(DataValue.string)
    return .uncached(.object(body))
  }

  /// A revocation request (RFC 7009, 2.1). `token_type_hint` does not matter.
  func revoke(_ form: FormParameters) async throws -> Response {
    let token = try form.required("token")
    let client = try await oauth.authentication.authenticate(form)
    try await oauth.sessions.revoke(token, by: client)
    return .uncached([:])
  }

  /// After a client assertion was refused: the key of the session may have been removed by the
  /// client, because it is compromised.
  private func endSessionIfKeyIsGone(_ form: FormParameters) async {
    guard let token = form["refresh_token"], let id = form["client_id"],
      let client = try? await oauth.clients.client(id),
      // None if the client has become a public one.
      let keys = try? await oauth.clients.keys(of: client)
    else { return }
    try? await oauth.sessions.endIfKeyIsGone(token, keys, of: client)
  }
}
