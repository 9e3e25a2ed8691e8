import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import XRPCClient

extension OAuthApp {
  /// Finishes a login: checks the callback, exchanges its code for tokens, checks that the account
  /// belongs to the authorization server, and stores the session. A session that the account had before
  /// is revoked.
  ///
  /// - Throws: ``OAuthClientError/Code/denied`` if the owner denied the request. The error has the login's
  ///   ``OAuthClientError/appState`` if the login is known.
  public func finishLogin(
    _ callback: AuthorizationCallback
  ) async throws(OAuthClientError) -> FinishedLogin {
    let login = try await takeLogin(callback)
    do throws(OAuthClientError) {
      let code = try code(callback, of: login)
      let server = try await discovery.server(at: issuer(of: login))
      let session = try await exchange(code, of: login, at: server)
      return FinishedLogin(session: session, appState: login.appState)
    } catch {
      var error = error
      error.appState = login.appState
      throw error
    }
  }

  /// Forgets a login that will not be finished, for instance because the browser was closed.
  public func cancelLogin(state: String) async {
    _ = try? await store.takeLogin(state: state)
  }

  private func takeLogin(
    _ callback: AuthorizationCallback
  ) async throws(OAuthClientError) -> PendingLogin {
    let login: PendingLogin?
    do throws(SessionStoreError) {
      login = try await store.takeLogin(state: callback.state)
    } catch {
      throw OAuthClientError(.store, error.reason)
    }
    guard let login, login.expiresAt > now() else {
      throw OAuthClientError(
        .unknownLogin,
        "the callback belongs to a login that was not started here, was finished, or expired"
      )
    }
    return login
  }

  private func code(
    _ callback: AuthorizationCallback,
    of login: PendingLogin
  ) throws(OAuthClientError) -> String {
    // RFC 9207, 2.4, also for error responses: "If the value does not match the expected issuer
    // identifier, clients MUST reject the authorization response". All servers send it.
    guard callback.issuer == login.issuer else {
      let named = callback.issuer.map { "names the issuer \(excerpt($0))" } ?? "names no issuer"
      throw OAuthClientError(.issuer, "the callback \(named), not \(login.issuer)")
    }
    if let error = callback.error {
      let text = [error, callback.errorDescription].compactMap { $0 }.map(excerpt)
      throw OAuthClientError(
        error == "access_denied" ? .denied : .refused,
        "\(login.issuer): \(text.joined(separator: ": "))",
        serverError: error
      )
    }
    guard let code = callback.code, !code.isEmpty else {
      throw OAuthClientError(.callback, "this is not a valid callback: 'code' is missing")
    }
    return code
  }

  private func issuer(of login: PendingLogin) throws(OAuthClientError) -> HTTPURL {
    guard let url = HTTPURL(login.issuer) else {
      throw OAuthClientError(.issuer, "\(login.issuer) is not a valid issuer")
    }
    return url
  }

  /// RFC 6749, 4.1.3, and RFC 7636, 4.5.
  private func exchange(
    _ code: String,
    of login: PendingLogin,
    at server: AuthorizationServer
  ) async throws(OAuthClientError) -> StoredOAuthSession {
    let requests = try requests(for: login, server)
    let seconds = now()
    let answer = try await requests.post(
      [
        "grant_type": "authorization_code", "code": code, "redirect_uri": login.redirectURI,
        "code_verifier": login.codeVerifier,
      ],
      to: server.tokenEndpoint,
      at: seconds
    )
    let account: PendingLogin.Account
    let tokens: OAuthTokens
    do throws(OAuthClientError) {
      guard answer.hasNonce else {
        throw OAuthClientError(.response, "\(server.issuer) does not send DPoP nonces")
      }
      let response = try TokenResponse(answer.members, at: seconds)
      account = try await self.account(response.subject, of: login)
      tokens = response.tokens
    } catch {
      await discard(answer, requests)
      throw error
    }
    let session = StoredOAuthSession(
      did: account.did,
      handle: account.handle,
      service: account.service,
      issuer: login.issuer,
      clientID: login.clientID,
      keyID: login.keyID,
      dpopKey: login.dpopKey,
      tokens: tokens
    )
    try await replace(with: session)
    return session
  }

  /// Checks whose tokens these are: "Otherwise a malicious server could authenticate arbitrary accounts
  /// to the client" (OAuth specification, "Identity Authentication").
  private func account(
    _ subject: DID,
    of login: PendingLogin
  ) async throws(OAuthClientError) -> PendingLogin.Account {
    if let account = login.account {
      // The account was resolved to this server before.
      guard account.did == subject else {
        throw OAuthClientError(.account, "\(login.issuer) logged in \(subject), not \(account.did)")
      }
      return account
    }
    let identity: Identity
    do throws(IdentityError) {
      identity = try await directory.identity(of: subject)
    } catch {
      throw OAuthClientError(error)
    }
    let pds = try pds(of: identity)
    let server = try await discovery.server(ofPDS: pds)
    guard server.issuer == login.issuer else {
      throw OAuthClientError(
        .account,
        "\(login.issuer) logged in \(subject), whose authorization server is \(server.issuer)"
      )
    }
    return PendingLogin.Account(
      did: subject,
      handle: identity.handle,
      service: ServiceEndpoint(pds)
    )
  }

  /// Revokes tokens that are not accepted, as far as possible.
  private func discard(_ answer: ServerRequests.Answer, _ requests: ServerRequests) async {
    let tokens = ["refresh_token", "access_token"].compactMap { answer.members[$0]?.string }
    guard let token = tokens.first(where: { !$0.isEmpty }) else { return }
    try? await requests.revoke(token, at: now())
  }

  /// Stores a session, and revokes the one that it replaces.
  private func replace(with session: StoredOAuthSession) async throws(OAuthClientError) {
    let former: StoredOAuthSession?
    do throws(SessionStoreError) {
      // Not during a renewal, which would then overwrite this session with its own.
      former = try await store.exclusively(session.did) {
        () async -> Result<StoredOAuthSession?, SessionStoreError> in
        do throws(SessionStoreError) {
          let former = try? await store.session(of: session.did)
          try await store.save(session)
          return .success(former)
        } catch {
          return .failure(error)
        }
      }.get()
    } catch {
      try? await revoke(session)
      throw OAuthClientError(.store, error.reason)
    }
    if let former { try? await revoke(former) }
  }
}
