import ATProtoAuth
import HTTPTypes
import Hummingbird
import XRPCServer

/// The pages for account owners: authorization of apps, and the account itself.
///
/// They work without scripts, and no request with GET changes anything but the cookies. Errors become
/// pages, too, in plain words. All are in the language of the person (``PageLanguages``).
struct OAuthPages: WebPart {
  static let paths =
    [
      PendingPage.path, PageShell.stylePath, PageShell.scriptPath, ResetPages.path,
      changePasswordPath,
    ] + AccountSection.allCases.map(\.path)
  private static let changePasswordPath = "/.well-known/change-password"

  let shell: PageShell
  let authorize: AuthorizePages
  let account: AccountPages
  let reset: ResetPages

  private enum Route {
    case authorize
    case style
    case script
    case account(AccountSection)
    case reset
    /// "A Well-Known URL for Changing Passwords".
    case changePassword

    init?(path: String) {
      let path = path.count > 1 && path.hasSuffix("/") ? path.dropLast() : path[...]
      switch path {
      case PendingPage.path: self = .authorize
      case PageShell.stylePath: self = .style
      case PageShell.scriptPath: self = .script
      case ResetPages.path: self = .reset
      case OAuthPages.changePasswordPath: self = .changePassword
      default:
        guard let section = AccountSection(path: path) else { return nil }
        self = .account(section)
      }
    }
  }

  func respond(
    to request: Request,
    _ context: XRPCRequestContext
  ) async throws -> Response? {
    guard let route = Route(path: request.uri.path) else { return nil }
    let response: Response
    do {
      response = try await answer(route, request, context)
    } catch {
      response = shell.response(error, in: PageLanguages(request.headers).page)
    }
    return request.method == .head ? response.withoutBody() : response
  }

  private func answer(
    _ route: Route,
    _ request: Request,
    _ context: XRPCRequestContext
  ) async throws -> Response {
    switch route {
    case .style, .script, .changePassword:
      guard request.method == .get || request.method == .head else {
        throw PageProblem.methodNotAllowed("GET, HEAD")
      }
      switch route {
      case .style: return shell.styleSheet()
      case .script: return shell.script()
      default: return shell.redirect(to: AccountSection.password.path)
      }
    case .authorize:
      return try await authorize.response(to: PageRequest(request, from: context.client))
    case .account(let section):
      return try await account.response(section, to: PageRequest(request, from: context.client))
    case .reset: return try await reset.response(to: PageRequest(request, from: context.client))
    }
  }
}
