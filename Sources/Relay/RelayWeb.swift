import ATProtoData
import ATProtoHTTP
import HTTPTypes
import Hummingbird
import Logging
import ServiceKit
import XRPC
import XRPCServer

/// Answers requests outside of `/xrpc/`: a line of text at the root, the health check, and
/// administration.
struct RelayWeb: Sendable {
  let gate: AdminGate
  let api: AdminAPI
  let page: AdminPage
  let health: HealthReport
  let logger: Logger

  static let paths = ["/", "/_health", "/admin"] + AdminAPI.paths + AdminPage.paths

  private static let banner = """
    This is an AT Protocol relay. The stream of all repositories is at
    /xrpc/com.atproto.sync.subscribeRepos, and as JSON at /subscribe.

    """

  /// Does not throw: errors are JSON, like those of methods.
  func respond(to request: Request, _ context: XRPCRequestContext) async -> Response {
    let response: Response
    do {
      response = try await answer(request, context)
    } catch {
      response = self.response(error)
    }
    return request.method == .head ? response.withoutBody : response
  }

  private func answer(
    _ request: Request,
    _ context: XRPCRequestContext
  ) async throws -> Response {
    switch request.uri.path {
    case "/":
      try Self.checkIsRead(request)
      return Self.open(.text(Self.banner))
    case "/_health":
      try Self.checkIsRead(request)
      let (status, report, failure) = await health.report()
      if let failure { logger.error("unhealthy", metadata: ["error": "\(failure)"]) }
      return Self.open(.json(report, status))
    case let path where path == "/admin" || path.hasPrefix("/admin/"):
      return try await administer(request, context)
    default: throw XRPCServerError.notFound("not found")
    }
  }

  private func administer(
    _ request: Request,
    _ context: XRPCRequestContext
  ) async throws -> Response {
    try await gate.check(
      XRPCContext(nsid: "/admin", verb: request.method, headers: request.headers),
      from: context.client.network
    )
    let request = try await AdminRequest(request)
    // A browser that has the password also sends it with requests from other sites.
    guard request.head.method == .get || request.head.method == .head || !request.isForeign else {
      throw XRPCServerError.forbidden("the request comes from another site")
    }
    if let response = try await page.response(to: request) { return response }
    return try await api.response(to: request)
  }

  private static func checkIsRead(_ request: Request) throws(XRPCServerError) {
    guard request.method == .get || request.method == .head else {
      throw .methodNotAllowed("use GET", allowed: "GET, HEAD")
    }
  }

  /// Lets pages of any site read an answer that is the same for everyone.
  private static func open(_ response: Response) -> Response {
    var response = response
    response.headers[.accessControlAllowOrigin] = "*"
    return response
  }

  private func response(_ error: any Error) -> Response {
    let answer = RouteResponse(error: error)
    if answer.head.status.kind == .serverError {
      logger.error("cannot answer a request", metadata: ["error": "\(error)"])
    }
    return Response(
      status: answer.head.status,
      headers: answer.head.headerFields,
      body: ResponseBody(byteBuffer: .init(bytes: answer.body.bytes ?? []))
    )
  }
}
