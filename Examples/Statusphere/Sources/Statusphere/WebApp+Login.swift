import ATProtoSyntax
import Hummingbird
import Logging
import OAuthClient
import XRPCClient

extension WebApp {
  /// Sends the browser to the account's server, with a cookie that binds the login to the browser.
  /// Without it, somebody could send others a link that logs them in to an account of their own.
  func logIn(_ request: Request) async throws -> Response {
    let name = try await form(request)["name"] ?? ""
    do {
      let login = try await startLogin(name.filter { !$0.isWhitespace })
      var response = Response.redirect(to: login.url)
      response.setCookie(cookie("login", login.state, maxAge: 3600))
      return response
    } catch let error as any CodedError {
      return try await home(request, alert: "Cannot log in: \(error.reason).", name: name)
    }
  }

  /// A server that is named itself, instead of an account, asks which account it is, or creates one.
  private func startLogin(_ name: String) async throws -> StartedLogin {
    if let server = ServiceEndpoint(name) { return try await oauth.startLogin(at: server) }
    let handle = name.hasPrefix("@") ? String(name.dropFirst()) : name
    return try await oauth.startLogin(ATIdentifier(handle))
  }

  /// The browser is back from the account's server.
  func finishLogin(_ request: Request) async throws -> Response {
    do {
      let callback = try AuthorizationCallback("?\(request.uri.query ?? "")")
      guard request.cookies[cookieName("login")]?.value == callback.state else {
        throw OAuthClientError(.unknownLogin, "the login was started in another browser")
      }
      let session = try await oauth.finishLogin(callback).session
      var response = Response.redirect(to: "/")
      let id = await visitors.add(session.did, replacing: visitorID(of: request))
      response.setCookie(cookie("visitor", id, maxAge: 14 * 24 * 3600))
      response.setCookie(cookie("login", "", maxAge: 0))
      return response
    } catch let error as OAuthClientError {
      let isDenied = error.code == .denied
      let alert = isDenied ? "You did not approve the login." : "Cannot log in: \(error.reason)."
      return try await home(request, alert: alert)
    }
  }

  /// Ends the session here and on the account's server.
  func logOut(_ request: Request, _ logger: Logger) async throws -> Response {
    if let session = try await session(of: request) {
      do {
        try await oauth.logOut(session.did)
      } catch {
        // The session is deleted here. On the server it expires.
        logger.warning("cannot revoke a session: \(error)")
      }
    }
    await visitors.remove(visitorID(of: request))
    var response = Response.redirect(to: "/")
    response.setCookie(cookie("visitor", "", maxAge: 0))
    return response
  }

  /// The session of the account that is logged in in this browser.
  func session(of request: Request) async throws -> StoredOAuthSession? {
    guard let did = await visitors.account(visitorID(of: request)) else { return nil }
    return try await oauth.session(of: did)
  }

  private func visitorID(of request: Request) -> String? {
    request.cookies[cookieName("visitor")]?.value
  }

  private var isSecure: Bool { baseURL.scheme == "https" }

  /// Browsers let only this host set a cookie of such a name, and only over https.
  private func cookieName(_ name: String) -> String {
    (isSecure ? "__Host-statusphere-" : "statusphere-") + name
  }

  /// `SameSite=Lax`, because the callback comes from another site.
  private func cookie(_ name: String, _ value: String, maxAge: Int) -> Cookie {
    Cookie(
      name: cookieName(name),
      value: value,
      maxAge: maxAge,
      path: "/",
      secure: isSecure,
      httpOnly: true,
      sameSite: .lax
    )
  }
}
