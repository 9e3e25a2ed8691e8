import ATProtoAuth
import HTTPTypes
import Hummingbird
import Logging
import XRPCServer

/// The pages for account owners: authorization of apps, and the account itself.
///
/// They work without scripts, and no request with GET changes anything but the cookies. Errors become
/// pages, too, in plain words.
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

  private var logger: Logger { shell.logger }

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
      response = shell.response(problem(error))
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

  private func problem(_ error: any Error) -> PageProblem {
    switch error {
    case let problem as PageProblem: return problem
    case let error as AuthorizationPageError: return problem(error)
    case let error as PageLimitExceeded: return .limited(retryAfter: error.retryAfter)
    case let error as SignInError:
      return PageProblem(.forbidden, "No access", SignInForm.sentence(error))
    case let error as XRPCServerError:
      switch error.status {
      case .serviceUnavailable: return .busy
      case .tooManyRequests: return .limited(retryAfter: 60)
      case let status where status.kind == .clientError:
        return PageProblem(status, "That did not work", FormError.sentence(error) ?? "")
      default: break
      }
    default: break
    }
    return internalError("\(error)")
  }

  private func internalError(_ reason: String) -> PageProblem {
    logger.error("cannot show a page", metadata: ["error": "\(reason)"])
    return .internalError
  }

  private func problem(_ error: AuthorizationPageError) -> PageProblem {
    let back = "Go back to the app and try again."
    switch error {
    case .unknownRequest, .otherClient:
      return .invalidRequest("This server does not know the request of the app. \(back)")
    case .expired: return .invalidRequest("The request of the app has expired. \(back)")
    case .alreadyUsed: return .invalidRequest("You have answered this request already. \(back)")
    case .otherDevice:
      return .invalidRequest("The request of the app was opened in another browser. \(back)")
    case .otherAccount:
      return .invalidRequest("The request of the app is for another account. \(back)")
    case .client(let error):
      return PageProblem(
        .badRequest,
        "This app cannot be used",
        "Its description is not valid: \(DisplayText.cleaned(error.reason, maximum: 500))."
      )
    case .server(let reason): return internalError(reason)
    }
  }
}
