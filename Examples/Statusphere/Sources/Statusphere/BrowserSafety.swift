import ATProtoHTTP
import Hummingbird

/// Accepts forms only from the app's own pages, sends security headers, and shows errors as pages.
struct BrowserSafety<Context: RequestContext>: RouterMiddleware {
  let baseURL: HTTPURL

  func handle(
    _ request: Request,
    context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      if isAtOtherName(request) { return .redirect(to: baseURL.origin) }
      guard request.method != .post || isFromOwnPage(request) else {
        throw HTTPError(.forbidden, message: "This form was not sent from \(baseURL.origin).")
      }
      response = try await next(request, context)
    } catch let error as any HTTPResponseError {
      let text = (error as? HTTPError)?.body ?? error.status.reasonPhrase
      response = Response(ErrorPage(text: text).html, status: error.status)
    } catch {
      context.logger.error("\(request.method) \(request.uri.path): \(error)")
      let page = ErrorPage(text: "Something went wrong. Try again.")
      response = Response(page.html, status: .internalServerError)
    }
    response.headers[.contentSecurityPolicy] = Self.policy
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.cacheControl] = "no-store"
    // With "no-referrer", browsers would send "Origin: null" with forms.
    response.headers[.init("Referrer-Policy")!] = "same-origin"
    return response
  }

  /// No scripts, and nothing from other sites. There is no `form-action`, because browsers apply it to
  /// redirects too, and the login form redirects to any server.
  private static var policy: String {
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
  }

  /// Browsers send `Origin` with every POST, and no page can change that.
  private func isFromOwnPage(_ request: Request) -> Bool {
    let site = request.headers[.init("Sec-Fetch-Site")!]
    return request.headers[.origin] == baseURL.origin && (site ?? "same-origin") == "same-origin"
  }

  /// In development, `http://localhost` reaches the app too, but cookies and the OAuth callback belong
  /// to the IP address.
  private func isAtOtherName(_ request: Request) -> Bool {
    baseURL.scheme == "http" && request.method == .get
      && request.head.authority != baseURL.authority
  }
}
