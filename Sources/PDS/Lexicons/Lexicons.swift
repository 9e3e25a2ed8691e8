import ATProtoRepo
import ATProtoSyntax
import LexiconResolution

/// The Lexicon documents that this server looks up in the network.
struct Lexicons: Sendable {
  static let collection = LexiconResolver.collection
  /// Requests at once. Slow servers of strangers must not hold up all
  /// others: to one host, there are at most four.
  static let maximumFetches = 64

  let cache: CachingLexiconResolver
  /// For records.
  let schemas: RecordSchemas
  /// For scopes. These have a cache of their own, in the database.
  let permissionSets: PermissionSets

  /// - Parameter baseURL: the URL of this server, whose own repositories are not asked for over the
  ///   network.
  init(
    _ configuration: PDSConfiguration,
    _ store: any PDSStore,
    _ network: PDSNetwork,
    _ baseURL: ServiceBaseURL
  ) {
    var settings = LexiconNetworkSettings(
      authorityForAll: configuration.lexicons.authority,
      allowsLoopback: configuration.allowsPrivateAddresses,
      cachesDocuments: true
    )
    settings.limits.concurrentFetches = Self.maximumFetches
    let resolver = LexiconResolver(
      txt: network.txt,
      directory: network.lexiconDirectory,
      transport: network.lexiconHosts,
      proofs: OwnRepositoryProofs(
        store: store,
        baseURL: baseURL,
        others: NetworkProofSource(transport: network.lexiconHosts, settings: settings)
      ),
      settings: settings
    )
    cache = CachingLexiconResolver(
      resolver,
      lifetimes: LexiconCacheLifetimes(notFound: configuration.lexicons.negativeLifetime)
    )
    schemas = RecordSchemas(source: cache)
    permissionSets = PermissionSets(store: store, source: RefreshedLexicons(cache: cache))
  }

  /// Forgets the documents at paths of a repository on this server that has a new commit.
  func forget(_ paths: [RepoPath], in did: DID) async {
    for path in paths where path.collection == Self.collection {
      guard let nsid = try? NSID(path.recordKey.string) else { continue }
      // In this order: a permission set must not be refreshed by a lookup from before the commit.
      await cache.drop(nsid, of: did)
      await permissionSets.expire(nsid)
    }
  }

  /// Forgets all documents of a repository.
  func forgetAll(in did: DID) async {
    await cache.drop(did)
  }
}
