import ATProtoAuth
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OAuthClient
import ServiceKit
import XRPCServer

/// The review page, on which moderators work through reports. It works without scripts, and no request
/// with GET changes a decision.
///
///     GET  /review/             the queue          GET, POST  /review/login     log-in
///     GET  /review/subject      a subject          GET        /review/callback  end of the log-in
///     POST /review/subject      an action          POST       /review/logout
///     GET, POST  /review/team   the team
struct ReviewPages: Sendable {
  static let paths = [
    "/review", "/review/", "/review/subject", "/review/next", "/review/team", "/review/login",
    "/review/logout", ReviewLogIn.callbackPath, ReviewLogIn.metadataPath, ReviewShell.stylePath,
  ]

  private let shell: ReviewShell
  let sessions: ReviewSessions
  private let logIn: ReviewLogIn
  private let queue: QueuePage
  private let subject: SubjectPage
  private let team: TeamPage
  /// Nil without rate limits.
  private let attempts: RateLimiter?
  private let logger: Logger

  /// Throws if a template is not valid.
  init(
    _ configuration: LabelerConfiguration,
    _ domain: LabelerDomain,
    _ secrets: LabelerSecrets,
    _ network: LabelerNetwork,
    _ url: PublicURL,
    _ logger: Logger
  ) throws {
    let tokens = FormTokens(key: secrets.pageKey) { url.text }
    let now: @Sendable () -> Int = { Datetime.Instant.now.wholeMilliseconds }
    shell = try ReviewShell(url)
    sessions = ReviewSessions(
      store: domain.desk.store,
      team: domain.team,
      tokens: tokens,
      url: url,
      now: now
    )
    logIn = ReviewLogIn(
      url: url,
      network: network,
      allowsHTTP: configuration.allowsPrivateAddresses,
      tokens: tokens
    )
    queue = QueuePage(desk: domain.desk, now: now)
    subject = SubjectPage(
      desk: domain.desk,
      labels: domain.labels,
      records: domain.records,
      declaration: domain.declaration,
      directory: network.directory,
      now: now
    )
    team = TeamPage(team: domain.team)
    attempts = configuration.hasRateLimits ? RateLimiter(LabelerLimits.logIns) : nil
    self.logger = logger
  }

  /// Returns nil for a path that is not one of the review page.
  func respond(to request: Request, _ context: XRPCRequestContext) async throws -> Response? {
    let path = request.uri.path
    guard path == "/review" || path.hasPrefix("/review/") || path == ReviewLogIn.metadataPath else {
      return nil
    }
    let response: Response
    do {
      response = try await answer(ReviewRequest(request, from: context.client))
    } catch {
      let problem = ReviewProblem(error)
      if problem == nil { logger.error("cannot show a page", metadata: ["error": "\(error)"]) }
      response = shell.response(problem ?? .internalError)
    }
    return request.method == .head ? response.withoutBody : response
  }

  private func answer(_ request: ReviewRequest) async throws -> Response {
    let isRead = request.method == .get || request.method == .head
    guard isRead || request.method == .post else { throw ReviewProblem.method }
    switch (request.path, isRead) {
    case (ReviewShell.stylePath, true): return shell.styleSheet
    case (ReviewLogIn.metadataPath, true): return try metadata()
    case ("/review", true): return shell.redirect(to: ReviewLink.queue)
    case ("/review/login", true): return try logInPage(request)
    case ("/review/login", false): return try await startLogIn(request)
    case (ReviewLogIn.callbackPath, true): return try await finishLogIn(request)
    case ("/review/logout", false):
      try sessions.check(request)
      return try await redirect(to: ReviewLink.logIn, cookie: sessions.end(request.headers))
    default: break
    }
    guard let visitor = try await sessions.visitor(request.headers) else {
      return shell.redirect(to: logInLink(after: request))
    }
    if isRead {
      // What is embedded can be laid over with other content.
      guard FormTokens.isOpened(request.headers) else { throw ReviewProblem.embedded }
      return try await page(request, visitor)
    }
    try sessions.check(request)
    return try await change(request, visitor)
  }

  // MARK: Pages

  private func page(_ request: ReviewRequest, _ visitor: ReviewVisitor) async throws -> Response {
    switch request.path {
    case "/review/": shell.response(try await queue.page(request, visitor))
    case "/review/subject": shell.response(try await subject.page(request, visitor))
    case "/review/team": shell.response(try await team.page(request, visitor))
    case "/review/next": shell.redirect(to: try await next(request))
    default: throw ReviewProblem.notFound
    }
  }

  private func next(_ request: ReviewRequest) async throws -> String {
    let key = try SubjectPage.subject(request.query["after"]).key
    return try await queue.nextOpen(except: key).map { ReviewLink.subject($0) } ?? ReviewLink.queue
  }

  /// Does what a form asks for. If that is not possible, shows the page again, with the reason.
  private func change(
    _ request: ReviewRequest,
    _ visitor: ReviewVisitor
  ) async throws -> Response {
    do {
      switch request.path {
      case "/review/subject":
        let next = try await subject.perform(request, visitor)
        return shell.redirect(to: try await nextPage(next))
      case "/review/team":
        return shell.redirect(to: try await team.perform(request, visitor))
      default: throw ReviewProblem.notFound
      }
    } catch {
      guard let problem = ReviewProblem(error), problem.status != .notFound else { throw error }
      return shell.response(problem, visitor)
    }
  }

  private func nextPage(_ outcome: SubjectPage.Outcome) async throws -> String {
    guard outcome.continues else {
      return ReviewLink.subject(outcome.uri, [("done", outcome.done)])
    }
    guard let next = try await queue.nextOpen(except: outcome.key) else {
      return "\(ReviewLink.queue)?" + ReviewLink.query([("done", outcome.done)])
    }
    return ReviewLink.subject(next, [("done", outcome.done)])
  }

  // MARK: Log-in

  private func logInLink(after request: ReviewRequest) -> String {
    guard request.method != .post, request.path != ReviewLink.queue else { return ReviewLink.logIn }
    let query = request.rawQuery.isEmpty ? "" : "?" + request.rawQuery
    return "\(ReviewLink.logIn)?" + ReviewLink.query([("next", request.path + query)])
  }

  private func logInPage(
    _ request: ReviewRequest,
    problem: String? = nil,
    status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let next = ReviewLink.checked(request.query["next"] ?? request.form["next"])
    if problem == nil, let host = logIn.otherHost(request) {
      return shell.redirect(to: "\(host)\(ReviewLink.logIn)?" + ReviewLink.query([("next", next)]))
    }
    guard FormTokens.isOpened(request.headers) else { throw ReviewProblem.embedded }
    let (token, cookie) = logIn.form(request.headers)
    var response = shell.response(
      ReviewPage(
        title: "Log in",
        template: .login,
        values: [
          "problem": problem.map { [$0] } ?? [],
          "handle": ReviewText.cleaned(request.text("handle") ?? "", maximum: 300),
          "next": next,
          "token": token,
        ],
        status: status,
        // The form leads to the account's authorization server.
        policy: .authorization
      )
    )
    response.headers[values: .setCookie] = [cookie]
    return response
  }

  private func startLogIn(_ request: ReviewRequest) async throws -> Response {
    try logIn.check(request)
    if let attempts, let network = request.client.network {
      try request.client.consume(of: attempts, by: network)
    }
    let text = request.text("handle") ?? ""
    guard let account = try? ATIdentifier(text.hasPrefix("@") ? String(text.dropFirst()) : text)
    else {
      return try logInPage(
        request,
        problem: "Enter a handle, such as alice.example.com, or a DID.",
        status: .badRequest
      )
    }
    do throws(OAuthClientError) {
      let started = try await logIn.start(
        account,
        next: ReviewLink.checked(request.form["next"])
      )
      return redirect(to: started.page, cookie: started.cookie)
    } catch {
      logger.info("cannot start a log-in", metadata: ["error": "\(error)"])
      return try logInPage(
        request,
        problem: "Cannot log in: \(ReviewText.cleaned(error.reason, maximum: 300))",
        status: .badRequest
      )
    }
  }

  private func finishLogIn(_ request: ReviewRequest) async throws -> Response {
    let finished: (did: DID, next: String)
    do {
      finished = try await logIn.finish(request)
    } catch let error as OAuthClientError {
      logger.info("cannot finish a log-in", metadata: ["error": "\(error)"])
      throw ReviewProblem(
        .badRequest,
        "The log-in did not work",
        error.code == .denied ? "It was denied." : ReviewText.cleaned(error.reason, maximum: 300)
      )
    }
    _ = try await sessions.moderator(finished.did)
    return redirect(
      to: ReviewLink.checked(finished.next),
      cookie: try await sessions.begin(finished.did)
    )
  }

  /// The document that authorization servers fetch. On this machine, the client ID contains it.
  private func metadata() throws -> Response {
    guard logIn.url.isSecure else { throw ReviewProblem.notFound }
    return Response(
      status: .ok,
      headers: [.contentType: ClientRegistration.documentContentType],
      body: ResponseBody(
        byteBuffer: ByteBuffer(bytes: try logIn.registration().metadataDocument)
      )
    )
  }

  private func redirect(to page: String, cookie: String) -> Response {
    var response = shell.redirect(to: page)
    response.headers[values: .setCookie] = [cookie]
    return response
  }
}
