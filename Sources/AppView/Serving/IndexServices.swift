package import ATProtoLabels
import ATProtoSyntax
import HTTPTypes
package import LexiconIndex
package import XRPC
import XRPCServer

/// What the handlers of application methods share.
package struct IndexServices: Sendable {
  /// How a method treats the token of a request.
  package enum Authentication: Sendable {
    /// A token that is present must be valid.
    case optional
    /// There must be a viewer.
    case required
    /// The handler calls ``IndexCall/identified(forwardingTo:method:)``.
    case byHandler
  }

  package let reads: IndexReads
  /// The plans of the collections that are indexed.
  package let plan: IndexPlan
  package let network: AppViewNetwork
  package let identity: AppViewIdentity
  let authentication: ViewerAuthentication
  let labels: RequestLabels
  /// For what viewers keep privately.
  package let store: any AppViewStore

  /// Begins a call: authenticates the viewer, reads which labelers are accepted, and sets the fields
  /// of the response. `atproto-repo-rev` is read here, before any data, so that it is never ahead of
  /// them.
  ///
  /// Throws 401 for a token that is not valid, and 400 `InvalidRequest` for a malformed
  /// `atproto-accept-labelers`.
  package func begin(
    _ context: XRPCContext,
    _ method: Authentication
  ) async throws -> IndexCall {
    var call = IndexCall(
      context: context,
      labelers: try labels.accepted(context.headers),
      services: self
    )
    context.responseHeaders[AcceptedLabelers.responseField] = call.labelers.fieldValue
    switch method {
    case .optional: call.viewer = try await authentication.viewer(context)
    case .required: call.viewer = try await authentication.requiredViewer(context)
    case .byHandler: return call
    }
    try await call.setRevision()
    return call
  }
}

/// One call of an application method.
package struct IndexCall: Sendable {
  package let context: XRPCContext
  /// The account that looks; nil if the request is anonymous.
  package internal(set) var viewer: DID?
  /// The labelers whose labels the response has.
  package let labelers: AcceptedLabelers
  package let services: IndexServices

  init(context: XRPCContext, labelers: AcceptedLabelers, services: IndexServices) {
    self.context = context
    self.labelers = labelers
    self.services = services
  }

  /// Reads the index; see ``IndexReads/read(_:_:)``.
  package func read<Value: Sendable>(
    _ weight: IndexReads.Weight = .light,
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value {
    try await services.reads.read(weight, body)
  }

  /// Changes the index, for instance what the viewer keeps privately.
  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (any IndexTransaction) throws -> Value
  ) async throws -> Value {
    try await services.store.write(body)
  }

  /// The labels of the accepted labelers and of the authors, by the URIs of subjects. A subject that
  /// a labeler has redacted must be left out of the response.
  package func labels(on subjects: [HydratedSubject]) async throws -> [String: SubjectLabels] {
    try await services.labels.hydration.labels(on: subjects, for: labelers)
  }

  /// A viewer, and the token to forward.
  package struct Identified: Sendable {
    package var call: IndexCall
    /// The `Authorization` field of a token for the other service; nil if the token is for this one
    /// or absent.
    package var forwarded: String?
  }

  /// Identifies the viewer by a token for this service, or by one for another service that the
  /// handler is about to call.
  ///
  /// Throws 401 if the token is for neither, or is not valid.
  ///
  /// - Parameters:
  ///   - service: the DID of the other service.
  ///   - method: the method that is called there.
  package func identified(forwardingTo service: DID, method: NSID) async throws -> Identified {
    var call = self
    let forwards = try await services.authentication.forwardedViewer(
      context,
      service: service,
      method: method
    )
    if let forwards {
      call.viewer = forwards
    } else {
      call.viewer = try await services.authentication.viewer(context)
    }
    try await call.setRevision()
    return Identified(
      call: call,
      forwarded: forwards == nil ? nil : context.headers[.authorization]
    )
  }

  /// "Answers to a viewer with an indexed repository" have the last revision that is indexed.
  fileprivate func setRevision() async throws {
    guard let viewer else { return }
    let rev = try await read { snapshot in try snapshot.accounts.account(viewer)?.rev }
    if let rev { context.responseHeaders[.atprotoRepoRev] = rev.string }
  }
}

extension HTTPField.Name {
  /// The last revision of the viewer's repository that a response takes into account.
  static let atprotoRepoRev = HTTPField.Name("atproto-repo-rev")!
}
