public import ATProtoSyntax
import HTTPTypes
import LexiconIndex
public import XRPC
import XRPCServer

/// A method and its typed handler, as an app view serves it.
///
///     server.routes = [.query(LatestStatuses()), .procedure(ClearStatus())]
public struct IndexRoute: Sendable {
  /// The NSID of the method.
  public let nsid: String
  /// Query or procedure.
  public let kind: XRPCRoute.Kind
  /// Whether a call without a viewer is refused with 401 `AuthMissing`.
  public let requiresViewer: Bool
  /// The collections without which the method is not served.
  public let requiredCollections: [NSID]
  private let build: @Sendable (any IndexContextSource) -> XRPCRoute

  /// A route for a query.
  public static func query<Handler: IndexQueryHandler>(_ handler: Handler) -> IndexRoute {
    IndexRoute(
      nsid: Handler.Query.nsid,
      kind: .query,
      requiresViewer: Handler.requiresViewer,
      requiredCollections: Handler.requiredCollections
    ) { source in
      .query(Handler.Query.self) { request in
        try await Self.describingErrors {
          let authorization = IndexAuthorization(
            requiresViewer: Handler.requiresViewer,
            forwardingTarget: try await handler.forwardingTarget(request.parameters, source.index)
          )
          let context = try await source.context(for: request.context, authorization)
          return try await handler.respond(
            to: IndexRequest(parameters: request.parameters, context: context)
          )
        }
      }
    }
  }

  /// A route for a procedure.
  public static func procedure<Handler: IndexProcedureHandler>(_ handler: Handler) -> IndexRoute {
    IndexRoute(
      nsid: Handler.Procedure.nsid,
      kind: .procedure,
      requiresViewer: Handler.requiresViewer,
      requiredCollections: Handler.requiredCollections
    ) { source in
      .procedure(Handler.Procedure.self) { request in
        try await Self.describingErrors {
          let authorization = IndexAuthorization(requiresViewer: Handler.requiresViewer)
          let context = try await source.context(for: request.context, authorization)
          return try await handler.respond(
            to: IndexProcedureRequest(
              parameters: request.parameters,
              input: request.input,
              context: context
            )
          )
        }
      }
    }
  }

  /// A route for a query that a closure answers.
  public static func query<Query: XRPCQuery>(
    _ query: Query.Type,
    requiresViewer: Bool = false,
    requiredCollections: [NSID] = [],
    _ respond: @escaping @Sendable (IndexRequest<Query>) async throws -> Query.Output
  ) -> IndexRoute {
    IndexRoute(
      nsid: Query.nsid,
      kind: .query,
      requiresViewer: requiresViewer,
      requiredCollections: requiredCollections
    ) { source in
      .query(query) { request in
        try await Self.describingErrors {
          let authorization = IndexAuthorization(requiresViewer: requiresViewer)
          let context = try await source.context(for: request.context, authorization)
          return try await respond(IndexRequest(parameters: request.parameters, context: context))
        }
      }
    }
  }

  private init(
    nsid: String,
    kind: XRPCRoute.Kind,
    requiresViewer: Bool,
    requiredCollections: [NSID],
    build: @escaping @Sendable (any IndexContextSource) -> XRPCRoute
  ) {
    self.nsid = nsid
    self.kind = kind
    self.requiresViewer = requiresViewer
    self.requiredCollections = requiredCollections
    self.build = build
  }

  /// The route as a server mounts it.
  package func route(_ source: any IndexContextSource) -> XRPCRoute {
    build(source)
  }

  /// Describes errors that a client causes. All others are left to the server.
  private static func describingErrors<Output>(
    _ body: () async throws -> Output
  ) async throws -> Output {
    do {
      return try await body()
    } catch let error as IndexQueryError
      where error.code == .invalidCursor || error.code == .invalidRequest
    {
      throw XRPCServerError.invalidRequest(error.reason)
    } catch let error as AppViewStoreError where error.code == .deadline {
      throw XRPCServerError.notEnoughResources("the query took too long")
    }
  }
}

/// Authenticates calls of typed handlers, and provides what they answer from.
package protocol IndexContextSource: Sendable {
  /// The index, for finding out where a token may be forwarded to.
  var index: IndexReader { get }

  /// Authenticates a call, sets the header fields of its response, and returns its context.
  ///
  /// - Throws: `XRPCServerError`: 401 for a token that is not valid, or if a required one is
  ///   missing.
  func context(
    for call: XRPCContext,
    _ authorization: IndexAuthorization
  ) async throws -> IndexContext
}

/// What a method requires of the token of its caller.
package struct IndexAuthorization: Hashable, Sendable {
  /// Whether a token is required.
  package var requiresViewer: Bool
  /// Beside a token for this service and the method called, one for this service and method is
  /// accepted; it becomes ``IndexContext/forwardedToken``.
  package var forwardingTarget: ForwardingTarget?

  package init(requiresViewer: Bool, forwardingTarget: ForwardingTarget? = nil) {
    self.requiresViewer = requiresViewer
    self.forwardingTarget = forwardingTarget
  }
}
