import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
public import ATProtoSyntax
public import XRPCClient

extension OAuthApp {
  /// The time within which a login has to be finished, in seconds. Authorization servers forget a
  /// request much earlier, unless the owner is looking at it.
  static let loginLifetime = 3600

  /// Starts the login of an account: finds its authorization server, pushes the request there, and
  /// stores what the callback needs.
  ///
  /// - Parameter account: a handle, which must be confirmed in both directions, or a DID.
  public func startLogin(
    _ account: ATIdentifier,
    options: LoginOptions = LoginOptions()
  ) async throws(OAuthClientError) -> StartedLogin {
    let identity: Identity
    do throws(IdentityError) {
      identity = try await directory.identity(of: account)
    } catch {
      throw OAuthClientError(error)
    }
    let pds = try pds(of: identity)
    let server = try await discovery.server(ofPDS: pds)
    var options = options
    // "It is recommended to use the exact account identifier supplied by the user".
    options.loginHint = account.string
    return try await push(
      PendingLogin.Account(
        did: identity.did,
        handle: identity.handle,
        service: ServiceEndpoint(pds)
      ),
      server,
      options
    )
  }

  /// Starts a login from a server that a person named, a PDS or an entryway, without an account. The
  /// account is known, and checked, at the end.
  public func startLogin(
    at service: ServiceEndpoint,
    options: LoginOptions = LoginOptions()
  ) async throws(OAuthClientError) -> StartedLogin {
    guard let host = HTTPURL("\(service)") else {
      throw OAuthClientError(.metadata, "\(service) is not a valid base URL of a server")
    }
    return try await push(nil, try await discovery.server(ofHost: host), options)
  }

  /// Pushes an authorization request (RFC 9126; OAuth specification, "Request Fields").
  private func push(
    _ account: PendingLogin.Account?,
    _ server: AuthorizationServer,
    _ options: LoginOptions
  ) async throws(OAuthClientError) -> StartedLogin {
    let scope = try registration.scope(requesting: options.scope)
    let redirectURI = try registration.redirectURI(requesting: options.redirectURI)
    let seconds = now()
    let login = PendingLogin(
      state: Base64.url.encode(SecureRandom.bytes(16)),
      issuer: server.issuer,
      clientID: registration.clientID,
      keyID: registration.keys.first?.id,
      redirectURI: redirectURI,
      codeVerifier: PKCE.makeVerifier(),
      dpopKey: PrivateKey(generating: .p256),
      account: account,
      appState: options.appState,
      expiresAt: seconds + Self.loginLifetime
    )
    var form = [
      "response_type": "code", "redirect_uri": redirectURI, "scope": scope, "state": login.state,
      "code_challenge": PKCE.challenge(of: login.codeVerifier),
      "code_challenge_method": PKCE.method,
    ]
    form["login_hint"] = options.loginHint
    form["prompt"] = options.prompt
    if !options.locales.isEmpty { form["ui_locales"] = options.locales.joined(separator: " ") }
    let answer = try await requests(for: login, server)
      .post(form, to: server.requestEndpoint, at: seconds)
    // "Clients must reject responses missing a `DPoP-Nonce` header, if the request included DPoP."
    guard answer.hasNonce else {
      throw OAuthClientError(.response, "\(server.issuer) does not send DPoP nonces")
    }
    guard let requestURI = answer.members["request_uri"]?.string, !requestURI.isEmpty,
      case .integer(let lifetime) = answer.members["expires_in"]
    else {
      throw OAuthClientError(.response, "\(server.issuer) answered without a valid request_uri")
    }
    do throws(SessionStoreError) {
      try await store.save(login)
    } catch {
      throw OAuthClientError(.store, error.reason)
    }
    return StartedLogin(
      url: server.page(clientID: registration.clientID, requestURI: requestURI),
      state: login.state,
      expiresIn: lifetime
    )
  }

  func requests(
    for login: PendingLogin,
    _ server: AuthorizationServer
  ) throws(OAuthClientError) -> ServerRequests {
    try requests(
      to: server,
      clientID: login.clientID,
      keyID: login.keyID,
      dpopKey: login.dpopKey
    )
  }
}

extension AuthorizationServer {
  /// The page to open in a browser (RFC 9126, 4).
  fileprivate func page(clientID: String, requestURI: String) -> String {
    var query = [UInt8]()
    for (name, value) in [("client_id", clientID), ("request_uri", requestURI)] {
      query += query.isEmpty ? [] : [UInt8(ascii: "&")]
      query += [UInt8]("\(name)=".utf8)
      PercentEncoding.append(value, to: &query)
    }
    let page = authorizationEndpoint.origin + authorizationEndpoint.target
    let separator = page.contains("?") ? "&" : "?"
    return page + separator + String(decoding: query, as: UTF8.self)
  }
}
