import ATProtoRepo
import ATProtoSyntax
import LexiconResolution

/// The Lexicon documents that this server looks up in the network.
struct Lexicons: Sendable {
  static let collection = LexiconResolver.collection
  /// Requests at once, for each of the two resolvers. Slow servers of strangers must not hold up all
  /// others: to one host, there are at most four.
  static let maximumFetches = 32

  /// For permission sets, whose cache is in the database: asks each time.
  let resolver: LexiconResolver
  let cache: CachingLexiconResolver
  /// For records.
  let schemas: RecordSchemas

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
    let transport = network.lexiconHosts(settings.addressPolicy)
    func resolver() -> LexiconResolver {
      LexiconResolver(
        txt: network.txt,
        directory: network.directory,
        transport: transport,
        proofs: OwnRepositoryProofs(
          store: store,
          baseURL: baseURL,
          others: NetworkProofSource(transport: transport, settings: settings)
        ),
        settings: settings
      )
    }
    self.resolver = resolver()
    cache = CachingLexiconResolver(
      resolver(),
      lifetimes: LexiconCacheLifetimes(notFound: configuration.lexicons.negativeLifetime)
    )
    schemas = RecordSchemas(source: cache)
  }

  /// Forgets the documents at paths of a repository on this server that has a new commit.
  func forget(_ paths: [RepoPath], in did: DID) async {
    for path in paths where path.collection == Self.collection {
      if let nsid = try? NSID(path.recordKey.string) { await cache.drop(nsid, of: did) }
    }
  }

  /// Forgets all documents of a repository.
  func forgetAll(in did: DID) async {
    await cache.drop(did)
  }
}
