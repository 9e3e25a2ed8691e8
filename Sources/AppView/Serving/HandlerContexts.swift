import ATProtoLabels
import ATProtoSyntax
import HTTPTypes
import LexiconIndex
import XRPC
import XRPCServer

/// Begins the calls of typed handlers: authenticates the viewer, reads which labelers are accepted,
/// and sets the fields of the response.
struct HandlerContexts: IndexContextSource {
  let reads: IndexReads
  let index: IndexReader
  let authentication: ViewerAuthentication
  let hydration: Hydration
  /// The labelers that are followed, all of which are used, each with `redact`, if a request does
  /// not name any.
  let labelers: [DID]
  let network: OutboundNetwork

  init(
    _ reads: IndexReads,
    _ plan: IndexPlan,
    _ authentication: ViewerAuthentication,
    labels: any LabelIndex,
    labelers: [DID],
    network: AppViewNetwork
  ) {
    self.reads = reads
    // The store has deadlines of its own.
    index = IndexReader(store: reads.store(.light), plan: plan, timeout: nil)
    self.authentication = authentication
    hydration = Hydration(index: labels)
    self.labelers = labelers
    self.network = OutboundNetwork(directory: network.directory, transport: network.guarded)
  }

  /// Throws 401 for a token that is not valid or missing, and 400 `InvalidRequest` for a malformed
  /// `atproto-accept-labelers`.
  func context(
    for call: XRPCContext,
    _ authorization: IndexAuthorization
  ) async throws -> IndexContext {
    let accepted = try accepted(call.headers)
    call.responseHeaders[AcceptedLabelers.responseField] = accepted.fieldValue
    let (viewer, forwardedToken) = try await viewer(of: call, authorization)
    // Before any data, so that it is never ahead of them.
    if let viewer, let rev = try await revision(of: viewer) {
      call.responseHeaders[.atprotoRepoRev] = rev.string
    }
    return IndexContext(
      viewer: viewer,
      forwardedToken: forwardedToken,
      labels: ViewLabels(hydration, accepted: accepted),
      index: Self.searches(call.nsid)
        ? IndexReader(store: reads.store(.search), plan: index.plan, timeout: nil) : index,
      network: network
    )
  }

  private func accepted(_ fields: HTTPFields) throws(XRPCServerError) -> AcceptedLabelers {
    do {
      return try AcceptedLabelers.effective(fields, followed: labelers)
    } catch {
      throw .invalidRequest("\(error)")
    }
  }

  private func viewer(
    of call: XRPCContext,
    _ authorization: IndexAuthorization
  ) async throws -> (DID?, forwardedToken: String?) {
    if let target = authorization.forwardingTarget,
      let forwarded = try await authentication.forwardedViewer(call, target)
    {
      return (forwarded.viewer, forwarded.token)
    }
    guard authorization.requiresViewer else { return (try await authentication.viewer(call), nil) }
    return (try await authentication.requiredViewer(call), nil)
  }

  /// The last revision of an account's repository that is indexed; nil if it has none here.
  private func revision(of viewer: DID) async throws -> TID? {
    try await reads.read { snapshot in try snapshot.accounts.account(viewer)?.rev }
  }

  /// By convention, methods that search text are named so: `searchPosts`, `searchActors`.
  private static func searches(_ nsid: String) -> Bool {
    nsid.split(separator: ".").last?.hasPrefix("search") ?? false
  }
}

extension HTTPField.Name {
  /// The last revision of the viewer's repository that a response takes into account.
  static let atprotoRepoRev = HTTPField.Name("atproto-repo-rev")!
}
