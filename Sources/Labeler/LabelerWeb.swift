import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import Logging
import ServiceKit
import XRPCServer

/// Answers requests outside of `/xrpc/`: a line of text at the root, the health check, the documents
/// of the labeler, and the review page.
struct LabelerWeb: Sendable {
  let documents: LabelerDocuments
  let health: HealthReport
  let review: ReviewPages
  let logger: Logger

  static let paths = ["/", "/_health"] + LabelerDocuments.paths + ReviewPages.paths

  private static let greeting = """
    This is an AT Protocol labeler. Its labels are at /xrpc/com.atproto.label.queryLabels, and as a
    stream at /xrpc/com.atproto.label.subscribeLabels. Moderators work at /review/.

    """

  func respond(to request: Request, _ context: XRPCRequestContext) async throws -> Response {
    if let response = try await review.respond(to: request, context) { return response }
    guard request.method == .get || request.method == .head else {
      return .error("MethodNotAllowed", "use GET", .methodNotAllowed)
    }
    var response = try await answer(request)
    // The answers are the same for everyone.
    response.headers[.accessControlAllowOrigin] = "*"
    return request.method == .head ? response.withoutBody : response
  }

  private func answer(_ request: Request) async throws -> Response {
    switch request.uri.path {
    case "/": return .text(Self.greeting)
    case "/_health":
      let (status, report, failure) = await health.report()
      if let failure { logger.error("unhealthy", metadata: ["error": "\(failure)"]) }
      return .json(report, status)
    default:
      return try await documents.response(to: request) ?? .text("not found\n", .notFound)
    }
  }
}
