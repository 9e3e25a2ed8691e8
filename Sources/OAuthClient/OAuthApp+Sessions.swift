import ATProtoHTTP
public import ATProtoSyntax
import XRPC
public import XRPCClient

extension OAuthApp {
  /// The stored session of an account; nil if it is not logged in.
  public func session(of did: DID) async throws(SessionStoreError) -> StoredOAuthSession? {
    try await store.session(of: did)
  }

  /// Returns a client that calls the account's PDS as the account; nil if it is not logged in.
  ///
  /// The client renews the tokens when they expire, once for all tasks and processes that share the
  /// store, and stores the new ones before it uses them. If the server ends the session, the stored one
  /// is deleted, and calls throw `TransportError.Code.sessionEnded`.
  public func client(for did: DID) async throws(SessionStoreError) -> XRPCClient? {
    guard let session = try await store.session(of: did) else { return nil }
    let keeper = SessionKeeper(AccountTokenStore(store: store, did: did), onStoreFailure)
    keeper.found()
    let shared = SharedSession(
      session,
      renew: { await keeper.renewal(of: $0) { await renewal(of: $0) } }
    )
    return XRPCClient(
      service: session.service,
      transport: transport,
      authorization: OAuthAuthorization(shared: shared, nonces: nonces, now: now)
    )
  }

  /// Logs an account out: deletes its session here, and revokes it on the server. It is not an error if
  /// the account is not logged in.
  ///
  /// - Throws: ``OAuthClientError/Code/store`` if the session cannot be deleted; another error if it was
  ///   deleted here but could not be revoked.
  public func logOut(_ did: DID) async throws(OAuthClientError) {
    let session: StoredOAuthSession?
    do throws(SessionStoreError) {
      // Not during a renewal, which would restore the session.
      session = try await store.exclusively(did) {
        () async -> Result<StoredOAuthSession?, SessionStoreError> in
        do throws(SessionStoreError) {
          let session = try await store.session(of: did)
          try await store.removeSession(of: did)
          return .success(session)
        } catch {
          return .failure(error)
        }
      }.get()
    } catch {
      throw OAuthClientError(.store, error.reason)
    }
    if let session { try await revoke(session) }
  }

  /// Revokes a session on the server, without changing the store.
  public func revoke(_ session: StoredOAuthSession) async throws(OAuthClientError) {
    let requests = try await requests(for: session)
    try await requests.revoke(session.tokens.refresh ?? session.tokens.access, at: now())
  }

  private func requests(
    for session: StoredOAuthSession
  ) async throws(OAuthClientError) -> ServerRequests {
    guard let issuer = HTTPURL(session.issuer) else {
      throw OAuthClientError(.issuer, "\(session.issuer) is not a valid issuer")
    }
    return try requests(
      to: try await discovery.server(at: issuer),
      clientID: session.clientID,
      keyID: session.keyID,
      dpopKey: session.dpopKey
    )
  }

  /// Exchanges the refresh token (RFC 6749, 6).
  func renewal(of session: StoredOAuthSession) async -> SessionRenewal<StoredOAuthSession> {
    guard let refresh = session.tokens.refresh else { return .ended }
    do throws(OAuthClientError) {
      let requests = try await requests(for: session)
      let seconds = now()
      let answer = try await requests.post(
        ["grant_type": "refresh_token", "refresh_token": refresh],
        to: requests.server.tokenEndpoint,
        at: seconds
      )
      let response = try TokenResponse(answer.members, at: seconds)
      // A renewal cannot change the account of a session.
      guard response.subject == session.did else { return .ended }
      var session = session
      session.tokens = response.tokens
      // RFC 6749, 6: "The authorization server MAY issue a new refresh token".
      session.tokens.refresh = response.tokens.refresh ?? refresh
      return .renewed(session)
    } catch {
      switch (error.code, error.serverError) {
      // The refresh token "is invalid, expired, revoked" or was used before (RFC 6749, 5.2).
      case (.refused, "invalid_grant"): return .ended
      // "Clients must reject the session", and the key of a session cannot be replaced.
      case (.scope, _), (.registration, _): return .ended
      default:
        return .unavailable(
          TransportError(
            code: .connectionLost,
            reason: "cannot renew the session: \(error.reason)"
          )
        )
      }
    }
  }
}

extension ServerRequests {
  /// Revokes a session by one of its tokens (RFC 7009). Does nothing if the server has no endpoint for
  /// that.
  func revoke(_ token: String, at seconds: Int) async throws(OAuthClientError) {
    guard let url = server.revocationEndpoint else { return }
    _ = try await post(["token": token], to: url, at: seconds)
  }
}
