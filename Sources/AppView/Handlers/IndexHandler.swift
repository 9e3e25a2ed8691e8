public import ATProtoSyntax
public import XRPC

/// Answers a query from the index.
///
///     struct LatestStatuses: IndexQueryHandler {
///       func respond(
///         to request: IndexRequest<XyzStatusphere.GetLatest>
///       ) async throws -> XyzStatusphere.GetLatest.Output {
///         let page = try await request.index.read { index in
///           try index.query(XyzStatusphere.Status.self, limit: request.parameters.limit)
///         }
///         return .init(statuses: page.records.map(\.value))
///       }
///     }
///
/// An app view serves it as ``IndexRoute/query(_:)``.
public protocol IndexQueryHandler<Query>: Sendable {
  /// The generated type of the method.
  associatedtype Query: XRPCQuery

  /// Whether a call without a viewer is refused with 401 `AuthMissing`. False by default.
  static var requiresViewer: Bool { get }
  /// The collections without which the method is not served. Empty by default.
  static var requiredCollections: [NSID] { get }

  /// Returns the output. Failures of the method, `XRPCServerError`, and errors of the index become
  /// error responses; all other errors become a 500.
  func respond(to request: IndexRequest<Query>) async throws -> Query.Output
  /// The service to which the handler passes a token on; nil, which is the default, for none.
  ///
  /// It is called before the token is verified, so it must not rely on the viewer.
  func forwardingTarget(
    _ parameters: Query.Parameters,
    _ index: IndexReader
  ) async throws -> ForwardingTarget?
}

/// Answers a procedure with the index, and changes what a viewer keeps privately.
public protocol IndexProcedureHandler<Procedure>: Sendable {
  /// The generated type of the method.
  associatedtype Procedure: XRPCProcedure

  /// Whether a call without a viewer is refused with 401 `AuthMissing`. True by default.
  static var requiresViewer: Bool { get }
  /// The collections without which the method is not served. Empty by default.
  static var requiredCollections: [NSID] { get }

  /// Returns the output; see ``IndexQueryHandler/respond(to:)``.
  func respond(to request: IndexProcedureRequest<Procedure>) async throws -> Procedure.Output
}

extension IndexQueryHandler {
  /// False.
  public static var requiresViewer: Bool { false }
  /// None.
  public static var requiredCollections: [NSID] { [] }

  /// Returns nil.
  public func forwardingTarget(
    _ parameters: Query.Parameters,
    _ index: IndexReader
  ) async throws -> ForwardingTarget? {
    nil
  }
}

extension IndexProcedureHandler {
  /// True.
  public static var requiresViewer: Bool { true }
  /// None.
  public static var requiredCollections: [NSID] { [] }
}

/// A method of another service for which a client's token may have been made.
public struct ForwardingTarget: Hashable, Sendable {
  /// The DID of the service: the `aud` of the token.
  public var audience: DID
  /// The method: the `lxm` of the token.
  public var method: NSID

  /// Creates a target.
  public init(audience: DID, method: NSID) {
    self.audience = audience
    self.method = method
  }
}
