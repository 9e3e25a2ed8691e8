import ATProtoLabels
import ATProtoSyntax
import BlueMicrocosmAPI
import ComAtprotoAPI
import XRPC

/// The methods of an app view: those of typed handlers, its own, and the queries that are served
/// without a handler. A method of several of them is served by the first.
struct AppViewRoutes: Sendable {
  let reads: IndexReads
  let collections: IndexedCollections
  let lexicons: LoadedLexicons
  let labels: any LabelIndex
  let labelers: [DID]
  let network: AppViewNetwork

  func all(
    _ handlers: [IndexRoute],
    _ authentication: ViewerAuthentication,
    _ status: IndexStatus,
    _ admin: AdminHandler,
    _ stream: RecordStream
  ) -> [XRPCRoute] {
    let contexts = HandlerContexts(
      reads,
      collections.plan,
      authentication,
      labels: labels,
      labelers: labelers,
      network: network
    )
    let typed = handlers.filter { $0.requiredCollections.allSatisfy(collections.contains) }
      .map { $0.route(contexts) }
    let own =
      RepoHandler(reads: reads, collections: collections, directory: network.directory).routes
      + IdentityHandler(directory: network.directory).routes
      + ComAtproto.Lexicon.routes(LexiconHandler(network))
      + RecordQueryHandler(reads: reads, collections: collections, status: status).routes
      + BlueMicrocosm.Links.routes(LinksHandler(reads: reads, collections: collections))
      + admin.routes + [stream.route]
    // A handler whose collections are not indexed must not be replaced.
    let named = Set(handlers.map(\.nsid)).union(own.map(\.nsid))
    let pages = PageQueries(lexicons, collections.plan, reads).routes { named.contains($0) }
    var seen: Set<String> = []
    return (typed + own + pages).filter { seen.insert($0.nsid).inserted }
  }
}
