import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceKit
import XRPC
import XRPCServer

/// Answers requests outside of `/xrpc/`: a line of text at the root, the health check, the DID
/// document, the metrics, and administration.
struct AppViewWeb: Sendable {
  let identity: AppViewIdentity
  let status: IndexStatus
  let metrics: AppViewMetrics
  let health: HealthReport
  let administration: Administration
  let logger: Logger

  static let paths =
    ["/", "/_health", "/metrics", "/.well-known/did.json"] + Administration.paths

  private static let greeting = """
    This is an AT Protocol app view: an index of records of the network. Its state is at
    /xrpc/dev.lexgen.index.getStatus, and any collection of it can be queried with
    /xrpc/dev.lexgen.index.queryRecords.

    """

  /// Does not throw: errors are JSON, like those of methods.
  func respond(to request: Request, _ context: XRPCRequestContext) async -> Response {
    var response: Response
    do {
      if let answer = try await administration.respond(to: request, context) {
        response = answer
      } else {
        response = try await answer(request)
        // The answers are the same for everyone.
        response.headers[.accessControlAllowOrigin] = "*"
      }
    } catch {
      let answer = RouteResponse(error: error)
      if answer.head.status.kind == .serverError {
        logger.error("cannot answer a request", metadata: ["error": "\(error)"])
      }
      response = Response(
        status: answer.head.status,
        headers: answer.head.headerFields,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body.bytes ?? []))
      )
    }
    return request.method == .head ? response.withoutBody : response
  }

  private func answer(_ request: Request) async throws -> Response {
    guard request.method == .get || request.method == .head else {
      throw XRPCServerError.methodNotAllowed("use GET", allowed: "GET, HEAD")
    }
    switch request.uri.path {
    case "/": return .text(Self.greeting)
    case "/_health":
      let (status, report, failure) = await health.report()
      if let failure { logger.error("unhealthy", metadata: ["error": "\(failure)"]) }
      return .json(report, status)
    case "/metrics":
      return Response(
        status: .ok,
        headers: [.contentType: PrometheusText.contentType],
        body: ResponseBody(
          byteBuffer: ByteBuffer(string: metrics.text(try await status.snapshot()))
        )
      )
    default:
      let documents = WellKnownDocuments(
        of: identity.did,
        services: [.init(id: AppViewIdentity.service, type: AppViewIdentity.serviceType)],
        baseURL: { [identity] in identity.url },
        greeting: ""
      )
      guard request.uri.path == "/.well-known/did.json",
        let response = try await documents.response(to: request)
      else { throw XRPCServerError.notFound("not found") }
      return response
    }
  }
}
