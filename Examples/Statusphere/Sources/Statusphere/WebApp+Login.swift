import ATProtoSyntax
import Hummingbird
import Logging
import OAuthClient
import XRPCClient

extension WebApp {
  /// Sends the browser to the account's server, with a cookie that binds the login to this browser.
  /// Without it, an attacker's callback link would log others in to the attacker's account.
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

  /// If the name is the URL of a server, people choose their account there.
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
        // It has been deleted here, and expires on the server.
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

  /// With this prefix, browsers accept the cookie only from this host and over https.
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
