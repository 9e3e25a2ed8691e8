import Hummingbird
import XRPCServer

/// Answers some of the requests outside of `/xrpc/`.
protocol WebPart: Sendable {
  /// The paths of the part, without a slash at the end: the names of its routes in metrics and log.
  static var paths: [String] { get }

  /// Returns nil if the path belongs to another part.
  func respond(
    to request: Request,
    _ context: XRPCRequestContext
  ) async throws -> Response?
}

/// Answers all requests outside of `/xrpc/`: each goes to the first part to which its path belongs.
struct PDSWeb: Sendable {
  let parts: [any WebPart]
  /// Answers what belongs to no part, if only with 404.
  let wellKnown: WellKnown

  var paths: [String] { parts.flatMap { type(of: $0).paths } + WellKnown.paths }

  func respond(to request: Request, _ context: XRPCRequestContext) async throws -> Response {
    for part in parts {
      if let response = try await part.respond(to: request, context) { return response }
    }
    return try await wellKnown.respond(to: request)
  }
}
